# SPDX-License-Identifier: BSD-2-Clause
# linux_bad.t - disks, kernels and device trees that reeve run refuses before a machine starts: which value, and what to do.
$ : >empty; truncate -s 511 short; truncate -s 513M large
$ for disk in nothing empty short large .; do reeve run --machine qemu --disk $disk $GUEST/hello.elf; done
2> reeve run: nothing cannot be opened: No such file or directory
2> reeve run: --disk empty: 0 bytes are no sector; a disk has at least 512 bytes
2> reeve run: --disk short: 511 bytes are no sector; a disk has at least 512 bytes
2> reeve run: --disk large: 537919488 bytes are more than a disk can have: at most 536870912
2> reeve run: . cannot be read: Is a directory
[1]
$ reeve run --disk short $GUEST/hello.elf 2>&1 | head -n 1
reeve run: --disk is for --machine qemu only
