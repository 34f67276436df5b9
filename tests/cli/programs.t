# SPDX-License-Identifier: BSD-2-Clause
# programs.t - what each guest program prints when the monitor and the host do as the specification says.
$ reeve run --cpus 4 $GUEST/smp.elf 2>/dev/null
cpu 1: off
cpu 2: off
cpu 3: off
cpu 1: mpidr 0x1 context 1
cpu 1: on, CPU_ON says ALREADY_ON
cpu 1: off again
cpu 2: mpidr 0x2 context 2
cpu 2: on, CPU_ON says ALREADY_ON
cpu 2: off again
cpu 3: mpidr 0x3 context 3
cpu 3: on, CPU_ON says ALREADY_ON
cpu 3: off again
CPU_ON of a CPU that does not exist: INVALID_PARAMETERS
CPU_ON at an unprotected entry: INVALID_ADDRESS
smp: ok
$ timeout 20 reeve run --cpus 32 $GUEST/smp.elf 2>/dev/null | tail -n 1
smp: ok
$ reeve run $GUEST/smp.elf 2>/dev/null | head -n 1
this realm has one CPU
# Aff0 has four bits: the seventeenth REC is 0.0.1.0.
$ reeve run --cpus 18 --trace calls --trace-format json $GUEST/hello.elf 2>/dev/null | tail -n 1
hello: ok
$ grep REC_CREATE calls | tail -n 3 | grep -o '"mpidr":"[^"]*"'
"mpidr":"0xf"
"mpidr":"0x100"
"mpidr":"0x101"
$ reeve run $GUEST/memory.elf 2>/dev/null
RAM 0x40000000-0x44000000: RAM
region 0x43c00000-0x44000000: written and read
small 0x43e80000-0x43e90000: EMPTY
small: a load ends in a synchronous external abort
small 0x43e80000-0x43e90000: RAM
small: written and read again
big 0x43c00000-0x43e00000: EMPTY
big: a load ends in a synchronous external abort
big 0x43c00000-0x43e00000: RAM
big: written and read again
the host says reeve-host-hello
the realm says reeve-realm-hi!!
memory: ok
$ reeve run $GUEST/hostcall.elf 2>/dev/null
call 0x1234 x0: 0x123456789abcdef -> 0xfedcba9876543210
call 0x1234 x1: 0x2468acf13579bde -> 0xfdb97530eca86421
call 0x1234 x2: 0x369d0369d0369cd -> 0xfc962fc962fc9632
call 0x4321 x0: 0x123456789abcdef -> 0x123456789abcdef
call 0x4321 x1: 0x2468acf13579bde -> 0x2468acf13579bde
call 0x4321 x2: 0x369d0369d0369cd -> 0x369d0369d0369cd
unaligned address: ERROR_INPUT
unprotected address: ERROR_INPUT
hostcall: ok
# The program and the command of reeve-run(1), BUILDING A PROGRAM, as the page has them.
$ block() { sed -n '/^# BUILDING/,/^# HOW/p' $SRC/docs/man/reeve-run.1.scd | awk -v n=$1 '/^```$/ { k++; next } k == n'; }
> block 1 >off.S; block 3 >build
> bash -e build 2>&1 | grep -E '^(end|leaked)'
end       system_off: the Realm switched itself off
leaked    none
$ aarch64-linux-gnu-gcc -nostdlib -static -Wl,-N,-Ttext=0x40200000,--build-id=none -o off.elf off.S 2>/dev/null; reeve run off.elf 2>&1 | grep ^end
end       system_off: the Realm switched itself off
# Without the linker's options it says which are missing.
$ aarch64-linux-gnu-gcc -nostdlib -static -Wl,-Ttext=0x40200000 -o low.elf off.S; reeve run low.elf
2> reeve run: low.elf: segment 0: p_paddr 0x[0-9a-f]+ is below 0x40200000, where programs begin: link with -Wl,-N,-Ttext=0x40200000,--build-id=none or a linker script (re)
[1]
# Outcomes by RMM v1.0: EC 0x25 data, 0x21 instruction abort; FSC 0x10 synchronous external abort; HVC is undefined (EC 0).
$ reeve run $GUEST/faults.elf 2>/dev/null
load from EMPTY: EC 0x25 DFSC 0x10 FAR 0x20000000
store to EMPTY: EC 0x25 DFSC 0x10 FAR 0x20000008
fetch from EMPTY: EC 0x21 IFSC 0x10 FAR 0x20000010
load from untouched RAM: works
load beyond the IPA space: EC 0x25 DFSC 0x(0|1|2|3|10) FAR 0x10000000000 (re)
ldrb from a device: 0x11
ldrh from a device: 0x11
ldr w from a device: 0x11
ldr x from a device: 0x11
ldrsb x from a device: 0xfffffffffffffff0
ldrsb w from a device: 0xfffffff0
ldrsh x from a device: 0xf0
ldrsw x from a device: 0xf0
load with writeback from a device: EC 0x25 DFSC 0x10 FAR 0x8009000fe0
load from a hole: EC 0x25 DFSC 0x10 FAR 0x800a000000
fetch from unprotected space: EC 0x21 IFSC 0x10 FAR 0x8009000000
hvc: EC 0x0
svc: EC 0x15
brk: EC 0x3c
unknown smc: -1
faults: ok
