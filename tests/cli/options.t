# SPDX-License-Identifier: BSD-2-Clause
# options.t - what each option changes, as the Realm itself sees it.
$ for bits in 32 33 36 39 40 42 43 47 48; do reeve run --ipa-bits $bits $GUEST/hello.elf 2>/dev/null | grep IPA; done
IPA width 32 bits
IPA width 33 bits
IPA width 36 bits
IPA width 39 bits
IPA width 40 bits
IPA width 42 bits
IPA width 43 bits
IPA width 47 bits
IPA width 48 bits
$ for hash in sha256 sha512; do reeve run --hash $hash $GUEST/hello.elf 2>/dev/null | grep hash; done
hash algorithm sha-256
hash algorithm sha-512
$ reeve run --hash sha512 $GUEST/hello.elf 2>&1 >/dev/null | grep -E '^(hash|rim)'
hash      sha-512
rim       [0-9a-f]{128} (re)
# An RPV stands at the beginning of its 64 bytes, zeroes behind it.
$ reeve run --rpv 0x0102AbCdEf $GUEST/hello.elf
...
RPV 0102abcdef000000...
hello: ok
2> ...
2> rpv       0102abcdef0{118} (re)
2> ...
$ printf 'owner-01' >owner
$ reeve run --rpv @owner $GUEST/hello.elf 2>/dev/null | grep RPV
RPV 6f776e65722d3031...
$ head -c 64 /dev/zero | tr '\0' '\377' >owner
$ reeve run --rpv @owner $GUEST/hello.elf 2>&1 >/dev/null | grep rpv
rpv       f{128} (re)
$ head -c 65 /dev/zero >owner
$ reeve run --rpv @owner $GUEST/hello.elf
2> reeve run: --rpv @owner: the file is longer; a personalisation value has 1 to 64 bytes
[1]
$ reeve run --rpv @/dev/zero $GUEST/hello.elf
2> reeve run: --rpv @/dev/zero: the file is longer; a personalisation value has 1 to 64 bytes
[1]
$ : >owner
$ reeve run --rpv @owner $GUEST/hello.elf
2> reeve run: --rpv @owner: the file is empty; a personalisation value has 1 to 64 bytes
[1]
$ reeve run --rpv @nobody $GUEST/hello.elf
2> reeve run: nobody cannot be opened: No such file or directory
[1]
# RAM ends where the option says: 0x4000_0000 + size.
$ for size in 16M 100MiB 1G; do reeve run --ram $size $GUEST/memory.elf 2>/dev/null | grep ^RAM; done
RAM 0x40000000-0x41000000: RAM
RAM 0x40000000-0x46400000: RAM
RAM 0x40000000-0x80000000: RAM
# Every page size of the host builds, runs and takes apart the same Realm.
$ for size in 4k 16k 64k; do reeve run --page-size $size $GUEST/memory.elf 2>&1 | grep -E '^(end|rim|leaked|memory)'; done >sizes
$ sort sizes | uniq -c
      3 end       system_off: the Realm switched itself off
      3 leaked    none
      3 memory: ok
      3 rim       [0-9a-f]{64} (re)
