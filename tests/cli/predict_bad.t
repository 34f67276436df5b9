# SPDX-License-Identifier: BSD-2-Clause
# predict_bad.t - what reeve measure says of what it cannot measure: where, which value, and what to do.
$ cp $GUEST/hello.elf hello.elf
# The command line: exit 2.
$ for options in "" "--rmm 3.0 a" "--hash md5 a" "--hash sha384 a" "--granule 64k a" "--granule 8k a" "--format xml a" "--jobs 0 a" "--realm 0 a" "a b" "--events a b" "--events a --ram 1G" "--kernel a b" "--initrd a b" "--kernel a --dtb b --append c" "--diff a" "--diff a b --events c" "--out"; do
>   reeve measure $options 2>&1 | head -n 1
> done
reeve measure: no image: name an AArch64 ELF file or a raw binary, or give --kernel or --events
reeve measure: --rmm '3.0' is none of 1.0, tf-rmm-0.9, 2.0-beta
reeve measure: --hash 'md5' is none of sha256, sha384, sha512
reeve measure: --hash sha-384 is not in rule set 1.0
reeve measure: --granule: rule set 1.0 has no granules of 65536 bytes
reeve measure: --granule '8k' is none of 4k, 16k, 64k
reeve measure: --format 'xml' is none of hex, base64, json, corim, corim-veraison, rvps, rvstore, events
reeve measure: --jobs '0' is not a number from 1 to 256
reeve measure: --realm '0' is not the number of a realm in a trace: 1, 2, …
reeve measure: 'b' is one argument too many
reeve measure: give one of IMAGE, --kernel and --events
reeve measure: --events: the list says what realm it is; no option for an image changes that
reeve measure: give one of IMAGE, --kernel and --events
reeve measure: --initrd goes with --kernel: add that
reeve measure: --append: the device tree of --dtb has its own command line
reeve measure: --diff A needs one operand, B, and no other input
reeve measure: --diff A needs one operand, B, and no other input
reeve measure: --out needs a value: FILE
$ reeve measure --rmm 3.0 a 2>/dev/null
[2]
# Files: exit 1.
$ for options in "nothing" "--events nothing" "--events /" "/" "--kernel nothing" "--kernel hello.elf" "--ipa-bits 31 hello.elf" "--ipa-bits 49 hello.elf" "--ram 5000001 hello.elf" "--ram 4T hello.elf" "--rpv @nothing hello.elf" "--diff nothing hello.elf" "--out /nowhere/x hello.elf" "--out hello.elf hello.elf" "--out hello.elf --format events hello.elf" "--rmm 2.0-beta --granule 64k --ram 18448K hello.elf"; do
>   reeve measure $options 2>&1; echo $?
> done | sed 'N; s/\n/ /'
reeve measure: nothing cannot be opened: No such file or directory 1
reeve measure: nothing cannot be opened: No such file or directory 1
reeve measure: / cannot be read: Is a directory 1
reeve measure: / cannot be read: Is a directory 1
reeve measure: nothing cannot be opened: No such file or directory 1
reeve measure: hello.elf is no arm64 kernel: there is no "ARM\x64" at its byte 56 1
reeve measure: --ipa-bits: 31 is no width of an address space: 32 to 48, or to 52 with --lpa2 1
reeve measure: --ipa-bits: 49 is no width of an address space: 32 to 48, or to 52 with --lpa2 1
reeve measure: RAM of 5000001 bytes is no multiple of the host's page of 4096 bytes 1
reeve measure: RAM of 4398046511104 bytes passes the protected half of a 40-bit address space: at most 548682072064 bytes from 0x40000000, or more --ipa-bits 1
reeve measure: nothing cannot be opened: No such file or directory 1
reeve measure: nothing cannot be opened: No such file or directory 1
reeve measure: --out /nowhere/x cannot be written: No such file or directory 1
reeve measure: --out hello.elf is what is measured; name another file 1
reeve measure: --out hello.elf is what is measured; name another file 1
reeve measure: ripas: 0x41204000 is not aligned to the granule of 65536 bytes 1
$ cmp hello.elf $GUEST/hello.elf
$ reeve measure --out /dev/full hello.elf; head -c 70M /dev/zero >large; reeve measure large
2> reeve measure: --out /dev/full cannot be written: No space left on device
2> reeve measure: large: 73400320 bytes do not fit the 65011712 bytes of RAM from 0x40200000; give more --ram
[1]
# Lists: the file, the line and what is wrong.
$ c='{"event": "create"}'; while IFS= read -r line; do printf '%b' "$line" >list; reeve measure --events list; done 2>&1 <<END
> 
> {}
> 5
> {"event": "create"
> [{"event": "create"}
> [{"event": "create"} {"event": "create"}]
> [{"event": "create"},]
> [{"event": "create"}] {}
> $c\n\n{"event": "rec", "pc": 1.5}
> $c\n{"event": "rec",\n "pc" 1}
> $c\n{"event": "rec", "pc": 1, "pc": 2}
> $c{"event": "boot"}
> $c{"event": 5}
> $c{"event": "rec", "x0": 1}
> $c{"event": "rec", "pc": -1}
> $c{"event": "rec", "pc": "12 "}
> $c{"event": "rec", "pc": "0x10000000000000000"}
> $c{"event": "rec", "gprs": [1,2,3,4,5,6,7,8,9]}
> $c{"event": "rec", "runnable": "no"}
> $c{"event": "rem", "index": 4, "value": ""}
> $c{"event": "rem", "index": 0, "value": "0g"}
> $c{"event": "rem", "index": 0, "value": "123"}
> $c{"event": "rem", "index": 0}
> {"event": "create", "hash": "md5"}
> {"event": "create", "hash": "sha-384"}
> {"event": "create", "s2sz": 31}
> {"event": "create", "s2sz": 52}
> {"event": "create", "s2sz": 300}
> {"event": "rec"}
> $c$c
> $c{"event": "activate"}{"event": "rec"}
> $c{"event": "ripas", "base": 0, "top": 0}
> $c{"event": "ripas", "base": 0, "top": 4097}
> $c{"event": "ripas", "base": 0, "top": "0x8000001000"}
> $c{"event": "ripas", "base": 4096, "top": 8192, "level": 2}
> $c{"event": "ripas", "base": 4096, "top": 8192, "level": 9}
> $c{"event": "data", "ipa": 4096, "zero": 8192}\n{"event": "data", "ipa": 8192, "zero": 1}
> $c{"event": "data", "ipa": 4096, "zero": 8192}\n{"event": "ripas", "base": 0, "top": 65536}
> $c{"event": "data", "ipa": 4095, "zero": 1}
> $c{"event": "data", "ipa": 0, "zero": "0xffffffffffffffff"}
> $c{"event": "data", "ipa": "0xfffffffffffff000", "zero": 4096}
> $c{"event": "data", "ipa": 0}
> $c{"event": "data", "ipa": 0, "zero": 1, "content": "00"}
> $c{"event": "data", "ipa": 0, "zero": 1, "size": 1}
> $c{"event": "data", "ipa": 0, "content": "00"}
> $c{"event": "data", "ipa": 0, "file": "nothing"}
> $c{"event": "data", "ipa": 0, "file": "list", "offset": 10000}
> $c{"event": "data", "ipa": 0, "file": "list", "size": 10000}
> {"cmd": "RMI_REALM_CREATE", "realm": 1, "status": "SUCCESS"}
> {"cmd": "RMI_VERSION", "realm": 0, "status": "SUCCESS"}
> END
reeve measure: list:1: the file ends where an object is expected
reeve measure: list:1: neither an event ("event") nor a traced call ("cmd")
reeve measure: list:1: an object is expected: '{'
reeve measure: list:1: the file ends inside an object
reeve measure: list:1: the file ends where an object is expected
reeve measure: list:1: a comma is expected between two objects of an array
reeve measure: list:1: an object is expected behind the comma
reeve measure: list:1: there is more behind the array
reeve measure: list:3: "pc" is no number: an integer that is not negative, or text as "0x40000000"
reeve measure: list:3:7: ':' expected near '1'
reeve measure: list:2:\d+: duplicate object key near '"pc"' (re)
reeve measure: list:1: "event" is 'boot': none of create, ripas, data, unknown, rec, activate, rem
reeve measure: list:1: "event" is no text
reeve measure: list:1: rec has no member "x0"
reeve measure: list:1: "pc" is no number: an integer that is not negative, or text as "0x40000000"
reeve measure: list:1: "pc" is no number: an integer that is not negative, or text as "0x40000000"
reeve measure: list:1: "pc" is no number: an integer that is not negative, or text as "0x40000000"
reeve measure: list:1: "gprs" is no array of up to 8 numbers
reeve measure: list:1: "runnable" is neither true nor false
reeve measure: list:1: "index" is 0x4, at most 0x3
reeve measure: list:1: "value" is not hexadecimal at its byte 0
reeve measure: list:1: "value" has 3 hexadecimal digits: an even number of them, at most 128
reeve measure: list:1: there is no "value"
reeve measure: list:1: "hash" is 'md5': none of sha-256, sha-384, sha-512
reeve measure: list:1: create: rule set 1.0 has no hash sha-384 (2)
reeve measure: list:1: create: s2sz 31 is no width of an address space: 32 to 48, or to 52 with LPA2 (flags bit 0)
reeve measure: list:1: create: s2sz 52 is no width of an address space: 32 to 48, or to 52 with LPA2 (flags bit 0)
reeve measure: list:1: "s2sz" is 0x12c, at most 0xff
reeve measure: list:1: rec before create: a list begins with the realm
reeve measure: list:1: create: the realm is there already; one list is one realm
reeve measure: list:1: rec after activate: the RIM is final by then
reeve measure: list:1: ripas: the range 0x0-0x0 is empty or wraps
reeve measure: list:1: ripas: 0x1001 is not aligned to the granule of 4096 bytes
reeve measure: list:1: ripas: 0x0-0x8000001000 passes the protected half of a 40-bit address space, 0x8000000000
reeve measure: list:1: ripas: 0x1000-0x2000 is no number of entries of level 2, 0x200000 bytes each
reeve measure: list:1: "level" is 9: 0 to 3
reeve measure: list:2: data: there is memory at 0x2000 already
reeve measure: list:2: ripas: 0x0-0x10000: INIT_RIPAS stops at 0x1000, which has memory: declare RAM before it, or leave it out
reeve measure: list:1: data: 0xfff is not aligned to the granule of 4096 bytes
reeve measure: list:1: data: the range 0x0-0x0 is empty or wraps
reeve measure: list:1: data: the range 0xfffffffffffff000-0x0 is empty or wraps
reeve measure: list:1: data has one of "file", "content" and "zero"
reeve measure: list:1: data has one of "file", "content" and "zero"
reeve measure: list:1: "offset" and "size" are those of a "file"
reeve measure: list:1: data: a digest of 1 bytes is none of sha-256
reeve measure: list:1: nothing cannot be opened: No such file or directory
reeve measure: list:1: list: "offset" 10000 is not inside its 79 bytes
reeve measure: list:1: "size" is 0x2710, at most 0x4d
reeve measure: list:1: the call has no "params"
reeve measure: list: no realm is created in it
[1]
$ head -c 2M /dev/zero | tr '\0' 'a' | sed 's/^/{"a": "/' >list; reeve measure --events list
2> reeve measure: list:1: an object of more than 1 MiB, or no memory for it
[1]
$ { echo '{"event": "create"}'; for i in $(seq 70000); do echo "{\"event\": \"unknown\", \"ipa\": $((i * 8192)), \"size\": 4096}"; done; } >list; reeve measure --events list
2> reeve measure: list:65538: unknown: memory lies in more than 65536 places
[1]
# A file that is cut off while it is mapped.
$ head -c 40M /dev/zero >large; { reeve measure --jobs 1 large & p=$!; while kill -0 $p 2>/dev/null; do : >large; sleep 0.01; head -c 1 /dev/zero >large; done; wait $p; } 2>&1 | grep -cE 'cut off|^[0-9a-f]{64}$|empty'
1
# Kernels.
$ python3 -c '
> import gzip, struct
> def image(name, magic=b"ARM\x64", offset=0, size=1 << 20, flags=10, length=5000):
>     data = bytearray(length)
>     data[56:60] = magic
>     struct.pack_into("<QQQ", data, 8, offset, size, flags)
>     open(name, "wb").write(data)
>     return data
> gzip.open("packed", "wb").write(image("good"))
> data = open("good", "rb").read()
> whole = gzip.compress(data)
> open("members", "wb").write(gzip.compress(data[:2000]) + gzip.compress(b"") + gzip.compress(data[2000:]) + bytes(512))
> open("half", "wb").write(gzip.compress(data[:2000]) + gzip.compress(data[2000:])[:-9])
> open("more", "wb").write(whole + b"\xd0\x0d\xfe\xed")
> open("blank", "wb").write(whole + bytes(512) + b"more")
> open("bombs", "wb").write(gzip.compress(bytes(10 << 20)) * 20)
> open("cut", "wb").write(open("packed", "rb").read()[:-20])
> gzip.open("bomb", "wb").write(bytes(200 << 20))
> image("zboot", size=1)
> data = bytearray(open("zboot", "rb").read()); data[4:8] = b"zimg"; open("zboot", "wb").write(data)
> image("big-endian", flags=1)
> image("crooked", offset=0x123)
> image("wide", size=1 << 40)
> image("old", size=0)
> open("short", "wb").write(b"MZ")
> open("tree", "wb").write(b"\xd0\x0d\xfe\xed" + bytes(60))
> open("initrd", "wb").write(b"initrd")'
$ : >empty; head -c 17M /dev/zero >large; for options in "short" "cut" "half" "more" "blank" "bomb" "bombs" "zboot" "big-endian" "crooked" "wide" "old" "good --initrd empty" "good --initrd nothing" "good --dtb tree" "good --dtb initrd" "packed --initrd large --ram 16M"; do reeve measure --kernel $options 2>&1; done
reeve measure: short is no arm64 kernel: there is no "ARM\x64" at its byte 56
reeve measure: cut: its gzip data is damaged or cut off
reeve measure: half: its gzip data is damaged or cut off
reeve measure: more: 4 bytes behind its gzip data are neither more of it nor zero; cut them off
reeve measure: blank: 516 bytes behind its gzip data are neither more of it nor zero; cut them off
reeve measure: bomb: unpacked it is larger than the RAM; give more --ram
reeve measure: bombs: unpacked it is larger than the RAM; give more --ram
reeve measure: zboot is an EFI zboot image; give arch/arm64/boot/Image or Image.gz
reeve measure: big-endian is a big-endian kernel (flags bit 0); reeve starts little-endian ones
reeve measure: crooked: text_offset 0x123 is not a page below 2 MiB
reeve measure: wide: 1099511627776 bytes (image_size) do not fit RAM from 0x40200000 on; give more --ram
reeve measure: old: image_size is 0: a kernel older than Linux 3.17, which cannot be a Realm
reeve measure: empty is empty
reeve measure: nothing cannot be opened: No such file or directory
reeve measure: tree is no device tree blob, or is damaged or cut off (FDT_ERR_BADVERSION)
reeve measure: initrd is no device tree blob, or is damaged or cut off (FDT_ERR_TRUNCATED)
reeve measure: large: 17825792 bytes do not fit RAM from 0x40400000 on, behind the kernel; give more --ram
[1]
# A gzip file may have several members, and zeros behind them.
$ for kernel in packed members; do [ "$(reeve measure --kernel good)" = "$(reeve measure --kernel $kernel)" ] && echo same; done
same
same
# A FIFO that nobody writes to is not waited for.
$ mkfifo fifo; for options in "fifo" "good --initrd fifo" "good --dtb fifo"; do timeout 10 reeve measure --kernel $options; done
2> reeve measure: fifo cannot be read: it is no regular file
2> reeve measure: fifo cannot be read: it is no regular file
2> reeve measure: fifo cannot be read: it is no regular file
[1]
$ timeout 10 reeve measure --diff fifo fifo
2> reeve measure: fifo cannot be read: it is no regular file
[1]
