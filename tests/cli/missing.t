# SPDX-License-Identifier: BSD-2-Clause
# missing.t - what QEMU's machine needs and is not there: where it was looked for, and the command that brings it.
$ mkdir -p own/bin own/share/reeve own/libexec/reeve; cp "$(readlink -f "$(command -v reeve)")" own/bin/reeve
$ own/bin/reeve run --machine qemu $GUEST/hello.elf 2>&1 | sed "s|$PWD|HERE|g"
reeve run: reeve-rmm.img is neither in HERE/own/bin/machine nor in HERE/own/bin/../share/reeve: make machine, or name one with --rmm
$ echo image | tee own/share/reeve/reeve-rmm.img >own/share/reeve/reeve-host.img
$ XDG_CACHE_HOME=$PWD/cache own/bin/reeve run --machine qemu $GUEST/hello.elf 2>&1 | sed "s|$PWD|HERE|g"
reeve run: TF-A's bl1.bin and fip.bin are not in HERE/cache/reeve/tf-a: run scripts/setup machine
# An installed command has no scripts/ beside it, but its own way to build the firmware.
$ printf '#!/bin/sh\n' >own/libexec/reeve/tf-a; chmod +x own/libexec/reeve/tf-a
$ XDG_CACHE_HOME=$PWD/cache own/bin/reeve run --machine qemu $GUEST/hello.elf 2>&1 | sed "s|$PWD|HERE|g"
reeve run: TF-A's bl1.bin and fip.bin are not in HERE/cache/reeve/tf-a: run HERE/own/bin/../libexec/reeve/tf-a --build
