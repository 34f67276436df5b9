# SPDX-License-Identifier: BSD-2-Clause
# linux_bad.t - disks, kernels and device trees that reeve run refuses before a machine starts: which value, and what to do.
$ : >empty; truncate -s 511 short; truncate -s 513M large; mkfifo fifo
$ for disk in nothing empty short large . fifo; do timeout 10 reeve run --machine qemu --disk $disk $GUEST/hello.elf; done
2> reeve run: nothing cannot be opened: No such file or directory
2> reeve run: --disk empty: 0 bytes are no sector; a disk has at least 512 bytes
2> reeve run: --disk short: 511 bytes are no sector; a disk has at least 512 bytes
2> reeve run: --disk large: 537919488 bytes are more than a disk can have: at most 536870912
2> reeve run: . cannot be read: Is a directory
2> reeve run: fifo cannot be read: it is no regular file
[1]
$ reeve run --disk short $GUEST/hello.elf 2>&1 | head -n 1
reeve run: --disk is for --machine qemu only: add that
# Kernels that are none or do not fit, initial RAM disks that do not.
$ python3 -c '
> import struct
> def image(name, size=1 << 20):
>     data = bytearray(5000)
>     struct.pack_into("<QQQ", data, 8, 0, size, 10)
>     data[56:60] = b"ARM\x64"
>     open(name, "wb").write(data)
> image("Image")
> image("wide", 63 << 20)'; echo initrd >initrd; truncate -s 13M fat
$ for kernel in "$GUEST/hello.elf" "wide" "Image --initrd empty" "Image --ram 2M" "Image --ram 2100K" "Image --ram 16M --initrd fat"; do reeve run --machine qemu --kernel $kernel 2>&1; done | sed "s|$GUEST/||"
reeve run: hello.elf is no arm64 kernel: there is no "ARM\x64" at its byte 56
reeve run: wide: 66060288 bytes (image_size) do not fit RAM from 0x40200000 on; give more --ram
reeve run: empty is empty
reeve run: RAM of 2097152 bytes has no room for an image: its first 2 MiB hold the device tree
reeve run: Image: 1048576 bytes (image_size) do not fit RAM from 0x40200000 on; give more --ram
reeve run: fat: 13631488 bytes do not fit RAM from 0x40400000 on, behind the kernel; give more --ram
# The device tree that reeve makes, and what of it may not be otherwise. No initrd can lie over it: it keeps 2 MiB to itself.
$ reeve run --machine qemu --kernel Image --initrd initrd --cpus 2 --dump-dtb tree --rmm nothing
2> reeve run: --rmm nothing cannot be read: No such file or directory
[1]
$ python3 -c '
> tree = open("tree", "rb").read()
> def lie(name, what, by, width=8):
>     open(name, "wb").write(tree.replace(what.to_bytes(width, "big") if isinstance(what, int) else what, by.to_bytes(width, "big") if isinstance(by, int) else by))
> lie("memory", 64 << 20, 65 << 20)
> lie("over", 0x40400000, 0x40000000)
> lie("hvc", b"smc", b"hvc")
> lie("gic", 0x08000000, 0x2f000000)
> lie("chosen", b"chosen", b"choosy")
> open("half", "wb").write(tree[:len(tree) // 2])
> open("long", "wb").write(tree + bytes(2 << 20))'
$ for dtb in memory over hvc gic chosen half long; do reeve run --machine qemu --kernel Image --initrd initrd --cpus 2 --dtb $dtb; done; reeve run --machine qemu --kernel Image --initrd initrd --dtb tree; reeve run --machine qemu --kernel Image --cpus 2 --dtb tree
2> reeve run: memory: /memory@40000000 tells of 0x4100000 bytes at 0x40000000; the RAM is 0x40000000-0x44000000: correct it, or give --ram
2> reeve run: over: /chosen has the initrd at 0x40000000-0x40400007, it stands at: linux,initrd-start = <0x40400000>, linux,initrd-end = <0x40400007>
2> reeve run: hvc: /psci has the method "hvc": a Realm's is "smc"
2> reeve run: gic: /interrupt-controller@8000000: the registers of arm,gic-v3 (reg, entry 0) are not at 0x8000000, where the Realm has them
2> reeve run: chosen: there is no /chosen, where a kernel finds its command line and its console
2> reeve run: half is no device tree blob, or is damaged or cut off (FDT_ERR_TRUNCATED)
2> reeve run: long is too large: 2098583 bytes, at most 2097152 are read
2> reeve run: tree: cpu@1 has the affinity 0x1, which none of the 1 CPUs has: correct it, or give more --cpus
2> reeve run: tree: /chosen has an initrd at 0x40400000-0x40400007: give it with --initrd
[1]
# The same tree is believed when it tells the truth.
$ [ "$(reeve measure --kernel Image --initrd initrd --cpus 2 --dtb tree)" = "$(reeve measure --kernel Image --initrd initrd --cpus 2)" ] && echo same
same
# A command line that Linux would cut off, and the longest that it keeps.
$ line=$(printf '%2047s' '' | tr ' ' a); for more in "" a; do reeve run --machine qemu --kernel Image --append "$line$more" --dump-dtb tree --rmm nothing; done
2> reeve run: --rmm nothing cannot be read: No such file or directory
2> reeve run: --append: the command line has 2048 bytes; Linux on arm64 keeps 2047 of them
[1]
$ python3 -c '
> import struct
> def word(value): return struct.pack(">I", value)
> def node(name, *inner): return word(1) + (name + bytes(4))[:len(name) // 4 * 4 + 4] + b"".join(inner) + word(2)
> line = 2048 * b"a" + bytes(4)
> tree = node(b"", node(b"chosen", word(3) + word(2049) + word(0) + line)) + word(9)
> open("line", "wb").write(struct.pack(">10I", 0xd00dfeed, 65 + len(tree), 56, 56 + len(tree), 40, 17, 16, 0, 9, len(tree)) + bytes(16) + tree + b"bootargs\0")'; reeve measure --kernel Image --dtb line
2> reeve measure: line: the command line has 2048 bytes; Linux on arm64 keeps 2047 of them
[1]
$ for option in --initrd --dtb --append; do reeve run --machine qemu $option x $GUEST/hello.elf 2>&1 | head -n 1; done
reeve run: --initrd goes with --kernel: add that
reeve run: --dtb goes with --kernel: add that
reeve run: --append goes with --kernel: add that
