# SPDX-License-Identifier: BSD-2-Clause
# predict_diff.t - what reeve measure says of a chain and of two; and the layout of a Linux kernel.
# The chain, a line an extension; the last one is the RIM.
$ reeve measure $GUEST/hello.elf >hex; reeve measure --explain --hash sha256 $GUEST/hello.elf >chain; grep -c ' = [0-9a-f]*$' chain
43
$ sed -n '1p; 33,34p' chain | cut -d = -f 1-8
     1  create  H(params flags=0x0 s2sz=40 sve_vl=0 num_bps=1 num_wps=1 pmu_num_ctrs=0 hash_algo=0 sha-256) 
    33  ripas   H\(2 rim base=0x43e00000 top=0x44000000\) = [0-9a-f]{64} (re)
    34  data    H\(0 rim ipa=0x40000000 flags=1 content=[0-9a-f]{64}\) device tree\+0x0 = [0-9a-f]{64} (re)
$ [ "$(tail -n 1 chain)" = "$(cat hex)" ] && [ "$(grep ' rec ' chain | sed 's/.* = //')" = "$(cat hex)" ] && echo same
same
$ reeve measure --explain --rmm 2.0-beta $GUEST/hello.elf | sed -n 1,2p
     1  create  H(params flags=0x0 s2sz=40 sve_vl=0 num_bps=1 num_wps=1 pmu_num_ctrs=0 hash_algo=0 sha-256) is not measured: the RIM begins as zeroes
     2  ripas   H(2 rim base=0x40000000 top=0x44000000) is not measured
# Where two chains part, and why: a byte of the image, the width, the hash, a range, the entry, the RPV.
$ cp $GUEST/hello.elf other.elf; printf '\377' | dd of=other.elf bs=1 seek=$((0x10123)) conv=notrunc status=none
$ cp $GUEST/hello.elf hello.elf; reeve measure --diff hello.elf hello.elf
the same: 43 extensions
$ reeve measure --diff hello.elf other.elf
the chains part at extension 35
A  data 0x40200000 content [0-9a-f]{64}  \(hello.elf\+0x10000\) (re)
B  data 0x40200000 content [0-9a-f]{64}  \(other.elf\+0x10000\) (re)
why the image: the content of the granule;
[1]
$ for options in "--ipa-bits 41" "--hash sha512" "--ram 66M" "--rpv 01"; do reeve measure --format events --out changed $options hello.elf; reeve measure --diff changed hello.elf | grep -v '^[AB]'; done
the chains part at extension 1
why s2sz 41 against 40;
the chains part at extension 1
why hash_algo 1 against 0 (sha-512 against sha-256);
the chains part at extension 34
why the size of the RAM: A has more;
not in the RIM, but a token shows it: RPV 01000.*00 against 0000.*00 (re)
$ sed 's/"pc":"0x40200000"/"pc":"0x40200004"/' changed >entry; reeve measure --diff entry changed
the chains part at extension 43
A  rec pc 0x40200004 x0 0x40000000  (entry:12)
B  rec pc 0x40200000 x0 0x40000000  (changed:12)
why pc 0x40200004 against 0x40200000;
[1]
$ grep -v rec changed >shorter; reeve measure --diff changed shorter
the chains part at extension 43
A  rec pc 0x40200000 x0 0x40000000  (changed:12)
B  ends here
why one goes on where the other ends;
[1]
$ sed 's/"s2sz":40/"s2sz":41/' changed >wider; reeve measure --rmm 2.0-beta --diff wider changed
not in the RIM: s2sz 41 against 40;
[1]
# A Linux kernel, plain and packed: text_offset behind a 2 MiB boundary, the initrd at the next one behind its bss, both named in the device tree.
$ python3 -c '
> import gzip, struct
> image = bytearray(range(256)) * 100
> image[56:60] = b"ARM\x64"
> struct.pack_into("<QQQ", image, 8, 0x80000, 0x345678, 10)
> open("Image", "wb").write(image)
> gzip.open("Image.gz", "wb").write(image)'
$ head -c 5000 /dev/urandom >initrd
$ [ "$(reeve measure --kernel Image --initrd initrd --append quiet)" = "$(reeve measure --kernel Image.gz --initrd initrd --append quiet)" ] && echo same
same
$ reeve measure --explain --kernel Image --initrd initrd | sed -n 's/ content=[0-9a-f]*//; s/ = .*//; /data/p; / rec /p' | cut -c 9-
data    H(0 rim ipa=0x40000000 flags=1) device tree+0x0
data    H(0 rim ipa=0x40280000 flags=1) Image+0x0
data    H(0 rim ipa=0x40281000 flags=1) Image+0x1000
data    H(0 rim ipa=0x40282000 flags=1) Image+0x2000
data    H(0 rim ipa=0x40283000 flags=1) Image+0x3000
data    H(0 rim ipa=0x40284000 flags=1) Image+0x4000
data    H(0 rim ipa=0x40285000 flags=1) Image+0x5000
data    H(0 rim ipa=0x40286000 flags=1) Image+0x6000
data    H(0 rim ipa=0x40600000 flags=1) initrd+0x0
data    H(0 rim ipa=0x40601000 flags=1) initrd+0x1000
rec     H(1 rim H(flags=1 pc=0x40280000 gprs=0x40000000,0x0,0x0,0x0,0x0,0x0,0x0,0x0))
$ reeve measure --kernel Image --initrd initrd --format events --out list && [ "$($SRC/tests/cli/rim_witness.py 1.0 4096 list)" = "$(reeve measure --kernel Image --initrd initrd)" ] && echo same
same
# A device tree that is given is measured as it is. Where everything stands is said here a second time, by what the documentation says.
$ cat >tree.py <<'END'
> import struct, sys
> def word(*numbers): return struct.pack(f">{len(numbers)}I", *numbers)
> def text(string): return string.encode() + bytes(4 - len(string) % 4)
> def number(name, value): return word(3, 4, name, value)
> start, end = int(sys.argv[1], 16), int(sys.argv[2], 16)
> tree = word(1) + text("") + word(1) + text("chosen") + number(0, start) + number(19, end) + word(2, 1) + text("memory")
> tree += word(3, 7, 36) + text("memory") + word(3, 12, 48, 0, 0x40000000, 0x8000000, 2, 2, 9)
> names = b"linux,initrd-start\0linux,initrd-end\0device_type\0reg\0"
> head = word(0xd00dfeed, 56 + len(tree) + len(names), 56, 56 + len(tree), 40, 17, 16, 0, len(names), len(tree)) + bytes(16)
> open("tree", "wb").write(head + tree + names)
> END
$ cat >list <<'END'
> {"event": "create", "hash": "sha-512", "s2sz": 40}
> {"event": "ripas", "base": "0x40000000", "top": "0x48000000"}
> {"event": "data", "ipa": "0x40000000", "file": "tree"}
> {"event": "data", "ipa": "0x40280000", "file": "Image"}
> {"event": "data", "ipa": "0x40600000", "file": "initrd"}
> {"event": "rec", "pc": "0x40280000", "gprs": ["0x40000000"]}
> {"event": "activate"}
> END
$ python3 tree.py 0x40600000 0x40601388
$ for kernel in Image Image.gz; do [ "$($SRC/tests/cli/rim_witness.py 1.0 4096 list)" = "$(reeve measure --hash sha512 --ram 128M --kernel $kernel --initrd initrd --dtb tree)" ] && echo same; done
same
same
# The same in larger granules, which no file fills.
$ for size in 4 16 64; do
>   [ "$($SRC/tests/cli/rim_witness.py 2.0-beta $((size * 1024)) list)" = "$(reeve measure --rmm 2.0-beta --granule ${size}k --hash sha512 --ram 128M --kernel Image --initrd initrd --dtb tree)" ] && echo same
> done
same
same
same
# An ELF file: its segments where its program headers say, by readelf; the rest of a granule is zero.
$ readelf -lW $GUEST/hello.elf | awk '$1 == "LOAD" { print $2, $4, $5, $6 }' >segments
$ cat >image.py <<'END'
> import hashlib, json, sys
> granule, memory = int(sys.argv[1]), {}
> file = open(sys.argv[2], "rb").read()
> for line in open("segments"):
>     offset, at, size, room = (int(n, 16) for n in line.split())
>     for n in range(at // granule, (at + room - 1) // granule + 1):
>         page = memory.setdefault(n, bytearray(granule))
>         low, high = max(at, n * granule), min(at + size, (n + 1) * granule)
>         if low < high: page[low - n * granule:high - n * granule] = file[offset + low - at:offset + high - at]
> want = {n * granule: hashlib.sha384(page).hexdigest() for n, page in memory.items()}
> events = [json.loads(line) for line in open("events")]
> got = {int(e["ipa"], 16): e["content"] for e in events if e["event"] == "data" and e["ipa"] != "0x40000000"}
> print("same" if got == want else "differ")
> END
$ for size in 4 16 64; do reeve measure --rmm 2.0-beta --granule ${size}k --hash sha384 --format events --out events $GUEST/hello.elf; python3 image.py $((size * 1024)) $GUEST/hello.elf; done
same
same
same
$ python3 tree.py 0x40600000 0x40601389; reeve measure --kernel Image --initrd initrd --dtb tree
2> reeve measure: tree: /chosen has the initrd at 0x40600000-0x40601389, it stands at: linux,initrd-start = <0x40600000>, linux,initrd-end = <0x40601388>
[1]
