# SPDX-License-Identifier: BSD-2-Clause
# wide.t - programs run alike in IPA spaces of every width, beyond the 44 bits of Unicorn's physical addresses too.
$ for bits in 32 45 46 47 48; do
>   for program in hello memory faults; do reeve run --ipa-bits $bits $GUEST/$program.elf 2>/dev/null | tail -n 1; done
>   reeve run --ipa-bits $bits --cpus 2 $GUEST/smp.elf 2>/dev/null | tail -n 1
> done | sort | uniq -c
      5 faults: ok
      5 hello: ok
      5 memory: ok
      5 smp: ok
# What the realm exchanges with the host there, and what it finds where nothing is.
$ diff <(reeve run --ipa-bits 48 $GUEST/memory.elf 2>/dev/null) <(reeve run $GUEST/memory.elf 2>/dev/null)
$ reeve run --ipa-bits 48 $GUEST/faults.elf 2>/dev/null | grep -E 'device|hole|unprotected'
ldrb from a device: 0x11
ldrh from a device: 0x11
ldr w from a device: 0x11
ldr x from a device: 0x11
ldrsb x from a device: 0xfffffffffffffff0
ldrsb w from a device: 0xfffffff0
ldrsh x from a device: 0xf0
ldrsw x from a device: 0xf0
load with writeback from a device: EC 0x25 DFSC 0x10 FAR 0x800009000fe0
load from a hole: EC 0x25 DFSC 0x10 FAR 0x80000a000000
fetch from unprotected space: EC 0x21 IFSC 0x10 FAR 0x800009000000
