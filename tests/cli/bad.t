# SPDX-License-Identifier: BSD-2-Clause
# bad.t - images and configurations that cannot be: what is wrong, with which value, what to do; nothing on standard output.
$ reeve run nothing.elf
2> reeve run: nothing.elf cannot be opened: No such file or directory
[1]
$ reeve run .
2> reeve run: . cannot be read: Is a directory
[1]
$ reeve run /dev/zero
2> reeve run: /dev/zero cannot be read: it is no regular file
[1]
$ truncate -s 1T huge; reeve run huge
2> reeve run: huge is too large: 1099511627776 bytes, at most 1140850688 are read
[1]
$ mkfifo fifo; timeout 10 reeve run fifo
2> reeve run: fifo cannot be read: it is no regular file
[1]
$ : >empty
$ reeve run empty
2> reeve run: empty is empty: give an AArch64 ELF file or a raw binary
[1]
$ reeve run /bin/true
2> reeve run: /bin/true: ELF header: e_machine is .*, not 183: AArch64; build it with an aarch64 compiler (re)
[1]
# patch OFFSET BYTE...: hello.elf with bytes changed. Segment 0's program header is at 64: p_offset 72, p_paddr 88, p_filesz 96, p_memsz 104.
$ cat >patch <<'END'
> import os, sys
> image = bytearray(open(os.environ["GUEST"] + "/hello.elf", "rb").read())
> at = int(sys.argv[1])
> image[at:at + len(sys.argv) - 2] = bytes(int(b, 16) for b in sys.argv[2:])
> open("bad.elf", "wb").write(image)
> END
$ python3 patch 4 01; reeve run bad.elf
2> reeve run: bad.elf: ELF header: EI_CLASS is 1, not 2: a 64-bit file
[1]
$ python3 patch 5 02; reeve run bad.elf
2> reeve run: bad.elf: ELF header: EI_DATA is 2, not 1: little-endian
[1]
$ python3 patch 16 03; reeve run bad.elf
2> reeve run: bad.elf: ELF header: e_type is 3, not 2: an executable linked at a fixed address; link with -static -no-pie
[1]
$ python3 patch 56 00 00; reeve run bad.elf
2> reeve run: bad.elf: ELF header: e_phnum is 0: nothing to load
[1]
$ python3 patch 56 ff ff; reeve run bad.elf
2> reeve run: bad.elf: ELF header: e_phnum is 0xffff, PN_XNUM: so many program headers are not supported
[1]
$ python3 patch 32 ff ff ff ff ff ff ff ff; reeve run bad.elf
2> reeve run: bad.elf: ELF header: e_phoff 0xffffffffffffffff with \d+ program headers passes the end of the file \(\d+ bytes\): it is cut off (re)
[1]
$ python3 patch 24 00 00 00 00; reeve run bad.elf
2> reeve run: bad.elf: ELF header: e_entry 0x0 is in no segment that is loaded
[1]
$ python3 patch 88 00 00 00 20; reeve run bad.elf
2> reeve run: bad.elf: segment 0: p_paddr 0x20000000 is below 0x40200000, where programs begin: link with -Wl,-N,-Ttext=0x40200000,--build-id=none or a linker script
[1]
$ python3 patch 104 ff ff ff ff ff ff ff ff; reeve run bad.elf
2> reeve run: bad.elf: segment 0: p_paddr 0x40200000 with p_memsz 0xffffffffffffffff is not inside 0x40200000-0x44000000; .* (re)
[1]
$ python3 patch 96 ff ff ff 7f; reeve run bad.elf
2> reeve run: bad.elf: segment 0: p_filesz 0x7fffffff is more than p_memsz 0x[0-9a-f]+ (re)
[1]
$ head -c 1000 $GUEST/hello.elf >cut.elf; reeve run cut.elf
2> reeve run: cut.elf: segment 0: p_offset 0x[0-9a-f]+ \+ p_filesz 0x[0-9a-f]+ passes the end of the file \(1000 bytes\): it is cut off (re)
[1]
$ head -c 40 $GUEST/hello.elf >cut.elf; reeve run cut.elf
2> reeve run: cut.elf: 40 bytes are too few for an ELF64 header: it is cut off
[1]
$ reeve run --ram 2052K $GUEST/hello.elf
2> reeve run: .*/hello.elf: segment 0: p_paddr 0x40200000 with p_memsz 0x[0-9a-f]+ is not inside 0x40200000-0x40201000; link it there, or give more --ram (re)
[1]
$ truncate -s 3M raw; reeve run --ram 4M raw
2> reeve run: raw: 3145728 bytes do not fit the 2097152 bytes of RAM from 0x40200000; give more --ram
[1]
# Widths: the interface begins at 32, this monitor ends at 48.
$ for bits in 1 31 49 52; do reeve run --ipa-bits $bits $GUEST/hello.elf 2>&1; done
reeve run: --ipa-bits: 1 is below the minimum 32
reeve run: --ipa-bits: 31 is below the minimum 32
reeve run: --ipa-bits: 49 is above this monitor's maximum 48
reeve run: --ipa-bits: 52 is above this monitor's maximum 48
[1]
# What Unicorn's CPU has not.
$ for options in "--lpa2" "--lpa2 --ipa-bits 52" "--sve-vl 256"; do reeve run $options $GUEST/hello.elf 2>&1; echo $?; done
reeve run: --lpa2: this monitor has no LPA2 for Realms
1
reeve run: --lpa2: this monitor has no LPA2 for Realms
1
reeve run: --sve-vl 256: this monitor has no SVE for Realms
1
$ reeve run --ram 2G --ipa-bits 32 $GUEST/hello.elf
2> reeve run: RAM of 2147483648 bytes passes the protected half of a 32-bit address space: at most 1073741824 bytes from 0x40000000, or more --ipa-bits
[1]
$ reeve run --ram 5000001 $GUEST/hello.elf
2> reeve run: RAM of 5000001 bytes is no multiple of the host's page of 4096 bytes
[1]
$ reeve run --ram 4100K --page-size 64k $GUEST/hello.elf
2> reeve run: RAM of 4198400 bytes is no multiple of the host's page of 65536 bytes
[1]
$ reeve run --ram 2M $GUEST/hello.elf
2> reeve run: RAM of 2097152 bytes has no room for an image: its first 2 MiB hold the device tree
[1]
# With --json the last line is JSON for these too; wrong usage is not.
$ for options in "--ipa-bits 49" "--ram 2M" "--trace /nowhere/x" "--rpv @nobody"; do reeve run --json $options $GUEST/hello.elf 2>err; echo "code $?"; tail -n 1 err; tail -n 1 err >>all; done
code 1
{"end":"error","error":"--ipa-bits: 49 is above this monitor's maximum 48"}
code 1
{"end":"error","error":"RAM of 2097152 bytes has no room for an image: its first 2 MiB hold the device tree"}
code 1
{"end":"error","error":"--trace /nowhere/x cannot be written: No such file or directory"}
code 1
{"end":"error","error":"nobody cannot be opened: No such file or directory"}
$ $SRC/tests/cli/schema_check.py $SRC/docs/summary.schema.json all
valid
$ printf '%s\n' '{"end":"error"}' '{"end":"fault","error":"x"}' '{"end":"error","error":"x","leaked":[]}' '{"end":"error","error":"x","hash":"sha-256"}' >all
> $SRC/tests/cli/schema_check.py $SRC/docs/summary.schema.json all | grep -oE '^line [0-9]+' | uniq -c
      1 line 1
      1 line 2
      1 line 3
      6 line 4
$ reeve run --json --cpus 0 x 2>&1 | head -n 1
reeve run: --cpus '0' is not a number from 1 to 64
