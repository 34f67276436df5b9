# SPDX-License-Identifier: BSD-2-Clause
# Makefile - builds libreeve, libreeve-model, the reeve command and the guest programs; `make help` lists the targets.
#
# Sources are found by folder: a new file needs no line here. FLAVOUR=asan|tsan|cov with a BUILD of
# its own gives the same tree under a sanitizer or gcov; check and coverage do that by themselves.

VERSION := 0.1.0
SOVERSION := 0
BUILD ?= build
PREFIX ?= /usr/local
DESTDIR ?=
ifeq ($(origin CC),default)
CC := gcc
endif
AR ?= ar
GUEST_CC ?= aarch64-linux-gnu-gcc
GUEST_OBJCOPY ?= aarch64-linux-gnu-objcopy
GUEST_AR ?= aarch64-linux-gnu-ar
FLAVOUR ?= plain

ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)
endif
MAKEFLAGS += --no-builtin-rules --no-print-directory
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

# Compilers and their flags.
WERROR ?= -Werror
WARN := -Wall -Wextra -Wconversion -Wshadow -Wswitch-enum $(WERROR)
INCLUDES := -Iinclude -I.
OPT_plain := -O2 -g
OPT_asan := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
# What has fences (the book of refusals) is built with it, but not run.
OPT_tsan := -O1 -g -fno-omit-frame-pointer -fsanitize=thread -Wno-tsan
# Tests that count calls by the million want -O1; the lines reported differ little from -O0 (seen: 98 % and 97 %).
OPT_cov := -O1 -g --coverage -fprofile-update=atomic
# For clang only: ASan, UBSan, and what libFuzzer looks at.
OPT_fuzz := $(OPT_asan) -fsanitize=fuzzer-no-link
OPT := $(OPT_$(FLAVOUR))
$(if $(OPT),,$(error FLAVOUR=$(FLAVOUR) is none of plain, asan, tsan, cov, fuzz))
# Every flavour but plain checks the order of the monitor's locks as it runs (monitor/lock_check.h).
OPT := $(OPT_$(FLAVOUR)) $(if $(filter plain,$(FLAVOUR)),,-DREEVE_DEBUG_LOCKS)

# The core has no libc, but memcpy of eight bytes should still be one load.
CORE_FLAGS := -std=c11 -ffreestanding -fbuiltin $(WARN) $(INCLUDES)
HOSTED_FLAGS := -std=gnu11 -D_GNU_SOURCE $(WARN) $(INCLUDES) -DREEVE_VERSION='"$(VERSION)"'
GUEST_FLAGS := -std=c11 -O2 -ffreestanding -nostdlib -static -fno-pic -fno-stack-protector -mgeneral-regs-only \
	-mstrict-align -Wall -Wextra -Werror $(INCLUDES)
# The images of the RME machine: the core's flags for a CPU that any RME machine has more than, FP left to its owner.
BARE_OPT := -O2
BARE_FLAGS := $(CORE_FLAGS) $(BARE_OPT) -g -march=armv8.4-a -mgeneral-regs-only -mstrict-align -mno-outline-atomics -fno-pic \
	-fno-stack-protector -ffunction-sections -fdata-sections
LIB_FLAGS := -fPIC -fno-semantic-interposition

CRYPTO_LIBS := -lcrypto
MODEL_LIBS := -lunicorn $(CRYPTO_LIBS) -lpthread
TOOL_LIBS := -lfdt -ljansson -ledit -lz $(MODEL_LIBS)

# Sources by party.
CORE_SRC := $(sort $(wildcard spec/*.c host/*.c monitor/*.c attest/*.c fault/*.c))
SEAM_SRC := $(sort $(wildcard machine/hosted/*.c))
SEAM_SRC := $(if $(filter plain,$(FLAVOUR)),$(filter-out %/lock_check.c,$(SEAM_SRC)),$(SEAM_SRC))
MODEL_SRC := $(sort $(wildcard machine/model/*.c))
TOOL_SRC := $(sort $(wildcard tools/*.c tools/measure/*.c tools/qemu/*.c tools/rmi/*.c tools/sweep/*.c tools/sweep/*.S \
	tools/token/*.c))
SUPPORT_SRC := $(sort $(wildcard tests/*/support/*.c))
BENCH_SRC := $(sort $(wildcard tests/bench/*.c))
TEST_SRC := $(sort $(wildcard tests/unit/test_*.c tests/life/test_*.c tests/oracle/test_*.c))
TSAN_SRC := $(sort $(wildcard tests/tsan/test_*.c))
FUZZ_SRC := $(sort $(wildcard tests/fuzz/fuzz_*.c))
FUZZ_MAIN_SRC := tests/fuzz/replay.c
# What the images share with the command (the job, the frames), and what each is made of.
QEMU_SRC := $(sort $(wildcard machine/qemu/*.c))
VMM_SRC := $(sort $(wildcard vmm/*.c))
BARE_SRC := $(sort $(wildcard machine/qemu/bare/*.c machine/qemu/bare/*.S))
RMM_SRC := $(sort $(wildcard machine/qemu/monitor/*.c machine/qemu/monitor/*.S))
NT_SRC := $(sort $(wildcard machine/qemu/host/*.c machine/qemu/host/*.S))
RUNTIME_SRC := $(sort $(wildcard guest/runtime/*.c guest/runtime/*.S))
GUEST_SRC := $(sort $(wildcard guest/*.c))
PUBLIC_HEADERS := $(sort $(wildcard include/reeve/*.h))
SPEC_ROWS := $(sort $(wildcard spec/*.def))
MAN_SRC := $(sort $(wildcard docs/man/*.scd))
SCHEMAS := $(sort $(wildcard docs/*.schema.json))

SWEPT := hello smp memory

obj = $(patsubst %,$(BUILD)/obj/%.o,$(basename $(1)))
CORE_OBJ := $(call obj,$(CORE_SRC))
LIB_OBJ := $(strip $(CORE_OBJ) $(call obj,$(SEAM_SRC)))
MODEL_OBJ := $(call obj,$(MODEL_SRC))
SHARED_OBJ := $(call obj,$(QEMU_SRC) $(VMM_SRC))
TOOL_OBJ := $(call obj,$(TOOL_SRC)) $(SHARED_OBJ)
# Parts of the images that tests run here.
TESTED_OBJ := $(call obj,machine/qemu/host/map.c machine/qemu/host/pages.c machine/qemu/monitor/manifest.c machine/qemu/monitor/refusals.c)
SUPPORT_OBJ := $(call obj,$(SUPPORT_SRC))
BENCH_OBJ := $(call obj,$(BENCH_SRC))
HOSTED_OBJ := $(call obj,$(TOOL_SRC) $(SUPPORT_SRC) $(BENCH_SRC) $(TEST_SRC) $(TSAN_SRC) $(FUZZ_SRC) \
	$(FUZZ_MAIN_SRC))
bare = $(patsubst %,$(BUILD)/machine/obj/%.o,$(basename $(1)))
# What each page of realm memory takes comes first in an image, side by side: each page of code costs a walk after a change of worlds.
first = $(filter $(1),$(2)) $(filter-out $(1),$(2))
RMM_FIRST := $(BARE_SRC) $(addprefix machine/qemu/monitor/,start.S el3.c platform.c boot.c) \
	$(addprefix monitor/,dispatch.c granule.c granule_command.c data.c rtt.c table.c)
NT_FIRST := $(BARE_SRC) $(addprefix machine/qemu/host/,seam.c conduit.c clock.c) fault/fault.c spec/names.c \
	$(addprefix host/,call.c loan.c pool.c ledger.c mirror.c memory.c)
RMM_OBJ := $(call bare,$(call first,$(RMM_FIRST),$(BARE_SRC) $(RMM_SRC) $(sort $(wildcard spec/*.c attest/*.c monitor/*.c))))
NT_OBJ := $(call bare,$(call first,$(NT_FIRST),$(BARE_SRC) $(NT_SRC) $(QEMU_SRC) $(VMM_SRC) \
	$(sort $(wildcard spec/*.c host/*.c fault/*.c))))
RUNTIME_OBJ := $(patsubst %,$(BUILD)/guest/obj/%.o,$(basename $(RUNTIME_SRC)))
GUEST_OBJ := $(patsubst %.c,$(BUILD)/guest/obj/%.o,$(GUEST_SRC))

LIBS := $(if $(LIB_OBJ),$(BUILD)/libreeve.a $(BUILD)/libreeve.so.$(SOVERSION))
MODEL := $(if $(MODEL_OBJ),$(BUILD)/libreeve-model.a $(BUILD)/libreeve-model.so.$(SOVERSION))
STATIC := $(filter %.a,$(MODEL) $(LIBS))
TOOL := $(if $(TOOL_OBJ),$(BUILD)/reeve)
BENCH := $(if $(BENCH_OBJ),$(BUILD)/bench)
GUESTS := $(patsubst guest/%.c,$(BUILD)/guest/%.elf,$(GUEST_SRC))
IMAGES := $(if $(RMM_SRC),$(BUILD)/machine/reeve-rmm.img) $(if $(NT_SRC),$(BUILD)/machine/reeve-host.img)
TESTS := $(patsubst %.c,$(BUILD)/%,$(TEST_SRC))
TSAN_TESTS := $(patsubst %.c,$(BUILD)/%,$(TSAN_SRC))
FUZZERS := $(patsubst %.c,$(BUILD)/%,$(FUZZ_SRC))
MAN := $(patsubst docs/man/%.scd,$(BUILD)/man/%,$(MAN_SRC))
PC := $(patsubst packaging/%.in,$(BUILD)/%,$(sort $(wildcard packaging/*.pc.in)))

# `make -s` says nothing, `make V=1` the whole command, otherwise a word and the file.
quiet := $(findstring s,$(firstword -$(MAKEFLAGS)))
ifeq ($(V),1)
say = @:
at :=
else
say = $(if $(quiet),@:,@printf '  %-5s %s\n')
at := @
endif

.PHONY: all libs machine tests tsan-tests fuzzers help demo check check-run check-machine check-linux demo-linux coverage mutants bench bench-measure bench-machine bench-linux fuzz gate format install uninstall clean
all: libs $(TOOL) $(GUESTS) $(MAN)
libs: $(LIBS) $(MODEL)
machine: $(IMAGES)
tests: $(TOOL) $(TESTS) $(FUZZERS)
tsan-tests: $(TSAN_TESTS)
fuzzers: $(FUZZERS)

help:
	@printf '%s\n' \
	'make           libreeve, libreeve-model, reeve, the guest programs and the man pages, in $$BUILD (build)' \
	'make machine   the images of QEMU'\''s RME machine (scripts/setup machine first)' \
	'make demo      install what is missing, build, run a Realm' \
	'make check     install what is missing, build, run every test' \
	'make check-machine  install what is missing, and hold QEMU'\''s RME machine against the model' \
	'make demo-linux   install what is missing, run Debian'\''s kernel as a Realm on QEMU'\''s RME machine' \
	'make check-linux  the same, predicted, attested, and put to work' \
	'make bench     measure this machine and reeve on it' \
	'make bench-measure  only reeve measure beside openssl speed' \
	'make bench-machine  QEMU'\''s RME machine in figures' \
	'make bench-linux  Debian'\''s kernel as a Realm beside the same kernel outside one' \
	'make fuzz T=60 drive each fuzz target for T seconds under libFuzzer, and under AFL++' \
	'make coverage  line coverage of host/ and monitor/' \
	'make mutants   break the monitor in each named way; the tests must notice' \
	'make gate      the style and portability checks (scripts/gate)' \
	'make format    lay out the C as .clang-format says' \
	'make install   PREFIX (/usr/local) and DESTDIR are honoured; uninstall takes the same away' \
	'make clean     remove $$BUILD'

# A missing tool is named before the first compiler error.
STAMP := $(BUILD)/.tools
$(STAMP):
	@mkdir -p $(@D)
	@scripts/setup --check
	@touch $@

$(CORE_OBJ): FLAGS = $(CORE_FLAGS) $(LIB_FLAGS)
$(call obj,$(SEAM_SRC)) $(MODEL_OBJ): FLAGS = $(HOSTED_FLAGS) $(LIB_FLAGS)
$(HOSTED_OBJ): FLAGS = $(HOSTED_FLAGS)
$(SHARED_OBJ) $(TESTED_OBJ): FLAGS = $(CORE_FLAGS)
# The machine under a fuzzed host is no target: watching it would steer the fuzzer there, at a third of the speed.
$(call obj,$(filter monitor/% attest/measure.c,$(CORE_SRC)) $(SEAM_SRC) $(MODEL_SRC)): OPT := $(filter-out %fuzzer-no-link,$(OPT))

$(BUILD)/obj/%.o: %.c Makefile | $(STAMP)
	$(say) CC $<
	@mkdir -p $(@D)
	$(at)$(CC) $(FLAGS) $(OPT) $(CFLAGS) -MMD -MP -c -o $@ $<

# The programs that `reeve faults` runs are inside the command: an installed one needs no files.
$(BUILD)/obj/tools/sweep/guests.o: tools/sweep/guests.S Makefile $(SWEPT:%=$(BUILD)/guest/%.elf) | $(STAMP)
	$(say) AS $<
	@mkdir -p $(@D)
	$(at)$(CC) -Wa,-I$(BUILD)/guest -c -o $@ $<

WATCHED_OBJ := $(patsubst %.c,$(BUILD)/obj/watched/%.o,$(filter-out monitor/valid.c,$(filter monitor/%,$(CORE_SRC))))
$(BUILD)/obj/watched/%.o: %.c Makefile | $(STAMP)
	$(say) CC $< '(watched)'
	@mkdir -p $(@D)
	$(at)$(CC) $(CORE_FLAGS) $(OPT) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/libwatched.a: $(WATCHED_OBJ)
$(BUILD)/libreeve.a: $(LIB_OBJ)
$(BUILD)/libreeve-model.a: $(MODEL_OBJ)
$(BUILD)/libtest-tools.a: $(filter-out %/main.o,$(TOOL_OBJ)) $(TESTED_OBJ)
$(BUILD)/%.a:
	$(say) AR $@
	$(at)rm -f $@ && $(AR) rcs $@ $^

# What a map does not show stays inside; a plain library that lacks a symbol does not link.
DEFS_plain := -Wl,-z,defs
SHARED = -shared -Wl,-soname,$(@F) -Wl,--version-script=$(filter %.map,$^) $(DEFS_$(FLAVOUR))

$(BUILD)/libreeve.so.$(SOVERSION): $(LIB_OBJ) packaging/libreeve.map
	$(say) LD $@
	$(at)$(CC) $(OPT) $(LDFLAGS) $(SHARED) -o $@ $(filter-out %.map,$^) $(CRYPTO_LIBS)

$(BUILD)/libreeve-model.so.$(SOVERSION): $(MODEL_OBJ) $(BUILD)/libreeve.so.$(SOVERSION) packaging/libreeve-model.map
	$(say) LD $@
	$(at)$(CC) $(OPT) $(LDFLAGS) $(SHARED) -o $@ $(filter-out %.map,$^) $(MODEL_LIBS)

$(BUILD)/reeve: $(TOOL_OBJ) $(STATIC)
	$(say) LD $@
	$(at)$(CC) $(OPT) $(LDFLAGS) -o $@ $^ $(TOOL_LIBS)

$(BUILD)/bench: $(BENCH_OBJ) $(BUILD)/libsupport-life.a $(STATIC)
	$(say) LD $@
	$(at)$(CC) $(OPT) $(LDFLAGS) -o $@ $^ $(TOOL_LIBS)

# A test links the helpers whose headers it includes (its depfile says which), and what the command is made of.
SUPPORT_KINDS := $(foreach k,unit life oracle tsan fuzz,$(if $(wildcard tests/$(k)/support/*.c),$(k)))
SUPPORT := $(SUPPORT_KINDS:%=$(BUILD)/libsupport-%.a)
$(foreach k,$(SUPPORT_KINDS),$(eval $(BUILD)/libsupport-$(k).a: $(call obj,$(sort $(wildcard tests/$(k)/support/*.c)))))
included = $(foreach k,$(SUPPORT_KINDS),$(if $(shell grep -l 'tests/$(k)/support/' $(<:.o=.d)),$(BUILD)/libsupport-$(k).a))
TEST_TOOLS := $(if $(TOOL_OBJ),$(BUILD)/libtest-tools.a)
$(TESTS) $(TSAN_TESTS): $(BUILD)/%: $(BUILD)/obj/%.o $(SUPPORT) $(TEST_TOOLS) $(STATIC)
	$(say) LD $@
	@mkdir -p $(@D)
	$(at)$(CC) $(OPT) $(LDFLAGS) -o $@ $< $(included) $(included) $(TEST_TOOLS) $(STATIC) -lcmocka $(TOOL_LIBS)

# A fuzz target has libFuzzer's main, or one that replays a corpus.
FUZZ_MAIN := $(if $(filter fuzz,$(FLAVOUR)),-fsanitize=fuzzer,$(call obj,$(FUZZ_MAIN_SRC)))
# Targets of the monitor (they include its machine) are linked with a monitor that the fuzzer watches, but for its own check.
WATCHED := $(if $(filter fuzz,$(FLAVOUR)),$(BUILD)/libwatched.a)
watched = $(if $(shell grep -l 'tests/fuzz/support/monitor_machine.h' $(<:.o=.d)),$(WATCHED))
$(FUZZERS): $(BUILD)/%: $(BUILD)/obj/%.o $(call obj,$(FUZZ_MAIN_SRC)) $(BUILD)/libsupport-fuzz.a $(WATCHED) $(TEST_TOOLS) $(STATIC)
	$(say) LD $@
	@mkdir -p $(@D)
	$(at)$(CC) $(OPT) $(LDFLAGS) -o $@ $< $(FUZZ_MAIN) $(BUILD)/libsupport-fuzz.a $(watched) $(TEST_TOOLS) $(STATIC) $(TOOL_LIBS)

# Guest programs: one C file each over the shared runtime. The MMU is off, so alignment is strict.
$(BUILD)/guest/obj/%.o: %.c Makefile | $(STAMP)
	$(say) CC $<
	@mkdir -p $(@D)
	$(at)$(GUEST_CC) $(GUEST_FLAGS) -g -MMD -MP -c -o $@ $<

$(BUILD)/guest/obj/%.o: %.S Makefile | $(STAMP)
	$(say) AS $<
	@mkdir -p $(@D)
	$(at)$(GUEST_CC) $(INCLUDES) -g -MMD -MP -c -o $@ $<

# What a program does not use of the runtime is not in it.
$(BUILD)/guest/libruntime.a: $(RUNTIME_OBJ)
	$(say) AR $@
	@rm -f $@
	$(at)$(GUEST_AR) rcs $@ $^

$(GUESTS): $(BUILD)/guest/%.elf: $(BUILD)/guest/obj/guest/%.o $(BUILD)/guest/libruntime.a guest/runtime/link.ld
	$(say) LD $@
	$(at)$(GUEST_CC) -nostdlib -static -Wl,--build-id=none -Wl,-T,guest/runtime/link.ld -o $@ $(filter %.o %.a,$^) -lgcc

# The images of QEMU's RME machine. TF-A loads the monitor as its RMM and enters the host at NS-EL2.
BEARSSL = $(shell scripts/bearssl)
$(call bare,$(RMM_SRC)): BARE_INCLUDES = -isystem $(BEARSSL)/include

$(BUILD)/machine/obj/%.o: %.c Makefile | $(STAMP)
	$(say) CC $<
	@mkdir -p $(@D)
	$(at)$(GUEST_CC) $(BARE_FLAGS) $(BARE_INCLUDES) -MMD -MP -c -o $@ $<

$(BUILD)/machine/obj/%.o: %.S Makefile | $(STAMP)
	$(say) AS $<
	@mkdir -p $(@D)
	$(at)$(GUEST_CC) $(BARE_FLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/machine/reeve-rmm.elf: $(RMM_OBJ) machine/qemu/monitor/image.ld
$(BUILD)/machine/reeve-rmm.elf: BARE_LIBS = $(BEARSSL)/libbearssl.a
$(BUILD)/machine/reeve-host.elf: $(NT_OBJ) machine/qemu/host/image.ld
$(BUILD)/machine/%.elf:
	$(say) LD $@
	$(at)$(GUEST_CC) -nostdlib -static -Wl,--build-id=none,--gc-sections,--fatal-warnings,-z,max-page-size=4096,-z,noexecstack \
		-Wl,-T,$(filter %.ld,$^) -o $@ $(filter %.o,$^) $(BARE_LIBS) -lgcc

# A stand-in for EL3, for tests of the monitor's boot: at address 0, where QEMU has its flash.
$(BUILD)/machine/tests/el3.elf: tests/machine/el3.S Makefile | $(STAMP)
	$(say) AS $<
	@mkdir -p $(@D)
	$(at)$(GUEST_CC) -nostdlib -static -Wl,--build-id=none,-Ttext=0 -o $@ $<
# A host and monitors that share nothing with ours, for tests of each against the other's.
$(BUILD)/machine/tests/other_host.elf: $(BUILD)/machine/obj/tests/machine/other_host.o $(BUILD)/machine/obj/machine/qemu/bare/smc.o \
		machine/qemu/host/image.ld
	$(say) LD $@
	@mkdir -p $(@D)
	$(at)$(GUEST_CC) -nostdlib -static -Wl,--build-id=none,-z,max-page-size=4096,-z,noexecstack -Wl,-T,$(filter %.ld,$^) -o $@ $(filter %.o,$^)
OTHER_RMM_refuses := -DBOOT=-7 -DSTATUS=0 -DLOWER=0 -DHIGHER=0
OTHER_RMM_version2 := -DBOOT=0 -DSTATUS=1 -DLOWER=0x20000 -DHIGHER=0x20000
OTHER_RMM_nothing := -DBOOT=0 -DSTATUS=0 -DLOWER=0x10000 -DHIGHER=0x10000
$(BUILD)/machine/tests/rmm_%.elf: tests/machine/other_rmm.S Makefile | $(STAMP)
	$(say) AS $<
	@mkdir -p $(@D)
	$(at)$(GUEST_CC) -nostdlib -static $(OTHER_RMM_$*) -Wl,--build-id=none,-Ttext=0x40100000 -o $@ $<
$(BUILD)/machine/tests/%.bin: $(BUILD)/machine/tests/%.elf
	$(at)$(GUEST_OBJCOPY) -O binary $< $@
MACHINE_TESTS := $(patsubst %,$(BUILD)/machine/tests/%.bin,el3 other_host rmm_refuses rmm_version2 rmm_nothing)

RMM_MAX := 524288
$(BUILD)/machine/%.img: $(BUILD)/machine/%.elf
	$(say) IMG $@
	$(at)$(GUEST_OBJCOPY) -O binary $< $@
	@size=$$(stat -c %s $@); case $@ in *-rmm.img) [ $$size -le $(RMM_MAX) ] || \
		{ echo "$@ has $$size bytes, at most $(RMM_MAX) are allowed" >&2; exit 1; };; esac

# A page shows a date: the last commit's, or that of the first version where there is no git. PREFIX is in it as well.
SOURCE_DATE_EPOCH ?= $(or $(shell git log -1 --format=%ct 2>/dev/null),1767225600)
MAN_MADE_OF := $(BUILD)/man/.made-of
$(MAN_MADE_OF): FORCE
	@mkdir -p $(@D)
	@echo '$(SOURCE_DATE_EPOCH) $(PREFIX)' | cmp -s - $@ || echo '$(SOURCE_DATE_EPOCH) $(PREFIX)' >$@
.PHONY: FORCE
FORCE:

$(BUILD)/man/%: docs/man/%.scd $(MAN_MADE_OF) | $(STAMP)
	$(say) MAN $@
	$(at)sed 's|@PREFIX@|$(PREFIX)|g' $< | SOURCE_DATE_EPOCH=$(SOURCE_DATE_EPOCH) scdoc >$@.tmp && mv $@.tmp $@

# PREFIX is written into the .pc files, so they are made anew for each install.
.PHONY: $(PC)
$(PC): $(BUILD)/%.pc: packaging/%.pc.in
	@mkdir -p $(@D)
	@sed -e 's|@PREFIX@|$(PREFIX)|g' -e 's|@VERSION@|$(VERSION)|g' $< >$@

# The two commands of the README install what is missing before anything else.
demo:
	@scripts/setup
	@$(MAKE) -s all
	@$(BUILD)/reeve run $(BUILD)/guest/hello.elf

check:
	@scripts/setup
	@$(MAKE) -s check-run

# Whoever waits at a terminal is told what for.
progress = @if [ -t 2 ]; then printf '%s\n' '$(1)' >&2; fi
check-run:
	$(call progress,building)
	@$(MAKE) -s all
	$(call progress,building with ASan and UBSan)
	@$(MAKE) -s FLAVOUR=asan BUILD=$(BUILD)/asan WERROR= tests
	$(call progress,building with TSan)
	@$(MAKE) -s FLAVOUR=tsan BUILD=$(BUILD)/tsan WERROR= tsan-tests
	@tests/run --build $(BUILD)

# The same Realms on the model and on QEMU's RME machine.
check-machine:
	@scripts/setup machine
	@$(MAKE) -s all machine
	@$(MAKE) -s $(MACHINE_TESTS)
	@tests/machine/boot --build $(BUILD)
	@tests/machine/images --build $(BUILD)
	@tests/machine/run --build $(BUILD)

# A Realm of Debian's own kernel; what it needs beside the machine is fetched once and kept.
LINUX_KEPT := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/reeve/debian-realm
demo-linux:
	@scripts/setup linux
	@$(MAKE) -s all machine
	@$(BUILD)/reeve run --machine qemu --ram 512M --kernel $(LINUX_KEPT)/Image --initrd $(LINUX_KEPT)/initramfs.gz \
		--append 'console=ttyAMA0 quiet panic=-1'

check-linux:
	@scripts/setup linux
	@$(MAKE) -s all machine
	@tests/linux/run --build $(BUILD)

coverage:
	@scripts/setup gate
	@$(MAKE) -s $(GUESTS)
	@$(MAKE) -s FLAVOUR=cov BUILD=$(BUILD)/cov WERROR= tests
	@scripts/coverage $(BUILD)

mutants:
	@scripts/setup
	@CC='$(CC)' scripts/mutants --build $(BUILD)/mutants

bench: $(BENCH) $(TOOL) $(GUESTS)
	@$(BUILD)/bench $(BUILD)/reeve $(BUILD)/guest/hello.elf

bench-measure: $(BENCH) $(TOOL)
	@$(BUILD)/bench $(BUILD)/reeve

bench-machine:
	@scripts/setup machine
	@$(MAKE) -s all machine
	@tests/machine/bench --build $(BUILD)

bench-linux:
	@scripts/setup linux
	@$(MAKE) -s all machine
	@tests/linux/bench --build $(BUILD)

T ?= 60
fuzz:
	@scripts/setup fuzz
	@$(MAKE) -s CC=clang FLAVOUR=fuzz BUILD=$(BUILD)/fuzz WERROR= fuzzers
	@AFL_QUIET=1 $(MAKE) -s CC=afl-clang-fast FLAVOUR=fuzz BUILD=$(BUILD)/afl WERROR= fuzzers
	@$(MAKE) -s FLAVOUR=cov BUILD=$(BUILD)/cov WERROR= fuzzers
	@scripts/fuzz $(BUILD) $(T)

gate:
	@scripts/setup gate
	@scripts/gate

format:
	@git ls-files -co --exclude-standard '*.c' '*.h' | xargs clang-format -i

# Installing.
BINDIR := $(DESTDIR)$(PREFIX)/bin
LIBDIR := $(DESTDIR)$(PREFIX)/lib
INCDIR := $(DESTDIR)$(PREFIX)/include/reeve
MANDIR := $(DESTDIR)$(PREFIX)/share/man
SCHEMADIR := $(DESTDIR)$(PREFIX)/share/reeve
LIBEXECDIR := $(DESTDIR)$(PREFIX)/libexec/reeve
COMPDIR := $(DESTDIR)$(PREFIX)/share/bash-completion/completions
LINKS := $(patsubst $(BUILD)/%.so.$(SOVERSION),%,$(filter %.so.$(SOVERSION),$(LIBS) $(MODEL)))
man_path = man$(subst .,,$(suffix $(1)))/$(notdir $(1))

install: libs $(TOOL) $(MAN) $(PC)
	@install -d $(BINDIR) $(LIBDIR)/pkgconfig $(INCDIR)/spec
	@$(if $(TOOL),install -m 755 $(TOOL) $(BINDIR)/)
	@install -m 644 $(LIBS) $(MODEL) $(LIBDIR)/
	@$(foreach l,$(LINKS),ln -sf $(l).so.$(SOVERSION) $(LIBDIR)/$(l).so;)
	@install -m 644 $(PUBLIC_HEADERS) $(INCDIR)/
	@install -m 644 $(SPEC_ROWS) $(INCDIR)/spec/
	@install -m 644 $(PC) $(LIBDIR)/pkgconfig/
	@$(foreach m,$(MAN),install -D -m 644 $(m) $(MANDIR)/$(call man_path,$(m)) &&) :
	@install -d $(SCHEMADIR)
	@install -m 644 $(SCHEMAS) $(SCHEMADIR)/
	@$(foreach i,$(wildcard $(IMAGES)),install -m 644 $(i) $(SCHEMADIR)/ &&) :
	@install -d $(LIBEXECDIR)
	@install -m 755 scripts/tf-a scripts/apt-beside $(LIBEXECDIR)/
	@$(if $(wildcard tools/completion/reeve.bash),install -D -m 644 tools/completion/reeve.bash $(COMPDIR)/reeve)

uninstall:
	@rm -f $(BINDIR)/reeve $(COMPDIR)/reeve $(addprefix $(LIBDIR)/pkgconfig/,$(notdir $(PC)))
	@rm -f $(foreach l,$(LINKS),$(addprefix $(LIBDIR)/$(l),.a .so .so.$(SOVERSION)))
	@rm -f $(foreach m,$(MAN),$(MANDIR)/$(call man_path,$(m)))
	@rm -rf $(INCDIR) $(SCHEMADIR) $(LIBEXECDIR)

clean:
	@rm -rf $(BUILD)

# For the gate: the flags of a party, so that they are written once.
.PHONY: print-core print-hosted print-guest print-bare
print-core:
	$(info $(CORE_FLAGS)) @:
print-hosted:
	$(info $(HOSTED_FLAGS)) @:
print-guest:
	$(info $(GUEST_FLAGS)) @:
print-bare:
	$(info $(BARE_FLAGS)) @:

.SECONDARY:
-include $(patsubst %.o,%.d,$(LIB_OBJ) $(WATCHED_OBJ) $(MODEL_OBJ) $(HOSTED_OBJ) $(SHARED_OBJ) $(TESTED_OBJ) $(RUNTIME_OBJ) $(GUEST_OBJ) $(RMM_OBJ) $(NT_OBJ))
