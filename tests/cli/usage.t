# SPDX-License-Identifier: BSD-2-Clause
# usage.t - help, versions, and what is said of wrong usage: always on standard error, always with code 2.
$ reeve --version
reeve \d+\.\d+\.\d+ (re)
$ reeve --help
usage: reeve VERB [OPTION]... [ARGUMENT]

Builds, runs, measures and verifies Arm CCA Realms.

  run         Build a Realm from an ELF file, a raw binary or a Linux kernel and run it
  info        Show the versions and features of the model's monitor
  faults      Make every call of the host fail in every way, and judge what it does
  rmi         Talk to a monitor: commands by name, and what is expected of them
  measure     Say what the RIM of a Realm will be, without a Realm
  token       Show a token's claims, or make a token for tests
  verify      Say whether a token is to be believed
  --version   show the version
  -h, --help  show this text; reeve VERB --help shows a verb's options
$ diff <(reeve --help) <(reeve -h)
$ reeve
2> usage: reeve VERB [OPTION]... [ARGUMENT]
2> ...
[2]
$ reeve walk
2> reeve: there is no verb 'walk'; reeve --help lists them
[2]
$ reeve run --help
usage: reeve run [--ipa-bits N] [--lpa2] [--sve-vl BITS] [--ram SIZE] [--cpus N]
                 [--hash sha256|sha512] [--rpv HEX|@FILE]
                 [--page-size 4k|16k|64k] [--trace FILE|-]
                 [--trace-format text|json|chrome] [--map FILE] [--json]
                 [--timeout S] [--challenge HEX|@FILE] [--token FILE]
                 [--token-form 2023|legacy|2023-cmw] [--anchor FILE]
                 [--platform FILE] [--platform-key FILE] [--seed TEXT]
                 [--fault FILE] [--rule RULES] [--kernel FILE] [--initrd FILE]
                 [--append TEXT] [--dtb FILE] [--disk FILE] [--disk-out FILE]
                 [--dump-dtb FILE] [--machine model|qemu] [--machine-log FILE]
                 [--touch] [--neighbour] [--rmm IMAGE] [--nt-fw IMAGE] [IMAGE]

Build a Realm from an ELF file, a raw binary or a Linux kernel and run it.

  --ipa-bits N  .*\(40\) (re)
  --lpa2  .* (re)
  --sve-vl BITS  .*\(no SVE\) (re)
  --ram SIZE  .*, T, .*, TiB \(64M\) (re)
  --cpus N  .*\(1\) (re)
  --hash sha256\|sha512  .*\(sha256\) (re)
  --rpv HEX\|@FILE  .*\(zero\) (re)
  --page-size 4k\|16k\|64k  .*\(4k\) (re)
  --trace FILE\|-  .* (re)
  --trace-format text\|json\|chrome  .*\(text\) (re)
  --map FILE  .* (re)
  --json  .* (re)
  --timeout S  .*\(never\) (re)
  --challenge HEX\|@FILE  .*64 bytes.* (re)
  --token FILE  .* (re)
  --token-form 2023\|legacy\|2023-cmw .*\(2023\) (re)
  --anchor FILE  .*PEM.* (re)
  --platform FILE  .*JSON.* (re)
  --platform-key FILE  .*PEM.* (re)
  --seed TEXT  .* (re)
  --fault FILE  .* (re)
  --rule RULES  .* (re)
  --kernel FILE  .* (re)
  --initrd FILE  .* (re)
  --append TEXT  .* (re)
  --dtb FILE  .* (re)
  --disk FILE  .* (re)
  --disk-out FILE  .* (re)
  --dump-dtb FILE  .* (re)
  --machine model\|qemu  .*\(model\) (re)
  --machine-log FILE  .* (re)
  --touch  .* (re)
  --neighbour  .* (re)
  --rmm IMAGE  .* (re)
  --nt-fw IMAGE  .* (re)
  -h, --help  .* (re)
# Help does not ask for an image, and wins over what stands behind it.
$ reeve run -h --frob | head -n 1
usage: reeve run [--ipa-bits N] [--lpa2] [--sve-vl BITS] [--ram SIZE] [--cpus N]
$ reeve info --help
usage: reeve info [--json]

Show the versions and features of the model's monitor.

  --json .* (re)
  -h, --help .* (re)
$ reeve verify --help
usage: reeve verify [--platform-anchor FILE] [--reference FILE]
                    [--challenge HEX|@FILE] [--policy FILE] [--json] TOKEN

Say whether a token is to be believed.

  --platform-anchor FILE .* (re)
  --reference FILE .* (re)
  --challenge HEX\|@FILE .* (re)
  --policy FILE .* (re)
  --json .* (re)
  -h, --help .* (re)
$ reeve token make --help
usage: reeve token make [--platform-key FILE] [--realm-key FILE] [--output FILE]
                        CLAIMS

Sign claims from JSON as a token, for tests.

  --platform-key FILE .* (re)
  --realm-key FILE .* (re)
  --output FILE .* (re)
  -h, --help .* (re)
$ reeve run
2> reeve run: no image: name an AArch64 ELF file or a raw binary, or give --kernel
2> reeve run --help shows how it is used
[2]
$ reeve run --frob x.elf
2> reeve run: there is no option '--frob'
2> reeve run --help shows how it is used
[2]
$ reeve run x.elf y.elf
2> reeve run: 'y.elf' is one argument too many
2> reeve run --help shows how it is used
[2]
$ reeve run --ram lots x.elf
2> reeve run: --ram 'lots' is not a size; give one such as 64M, 1GiB or 67108864
2> reeve run --help shows how it is used
[2]
$ reeve run --cpus 65 x.elf
2> reeve run: --cpus '65' is not a number from 1 to 64
2> reeve run --help shows how it is used
[2]
$ reeve run --hash md5 x.elf
2> reeve run: --hash 'md5' is neither sha256 nor sha512
2> reeve run --help shows how it is used
[2]
$ reeve run --rpv xyz1 x.elf
2> reeve run: --rpv: 'x' is not a hexadecimal digit; a file is given as @FILE
2> reeve run --help shows how it is used
[2]
$ reeve run --page-size 8k x.elf
2> reeve run: --page-size '8k' is none of 4k, 16k, 64k
2> reeve run --help shows how it is used
[2]
$ reeve run --trace-format xml x.elf
2> reeve run: --trace-format 'xml' is none of text, json, chrome
2> reeve run --help shows how it is used
[2]
$ reeve run --trace-format json x.elf
2> reeve run: --trace-format without --trace: there is no trace to write in it
2> reeve run --help shows how it is used
[2]
$ reeve run --ipa-bits 300 x.elf
2> reeve run: --ipa-bits '300' is not a number from 1 to 255; widths begin at 32 and end at the S2SZ of reeve info
2> reeve run --help shows how it is used
[2]
$ reeve run --rpv @ x.elf
2> reeve run: --rpv @ needs the name of a file behind the @
2> reeve run --help shows how it is used
[2]
$ reeve run ''
2> reeve run: the name of the image is empty
2> reeve run --help shows how it is used
[2]
$ reeve run --timeout soon x.elf
2> reeve run: --timeout 'soon' is not a time in seconds above 0 and at most 1000000, such as 2.5
2> reeve run --help shows how it is used
[2]
$ reeve run --timeout
2> reeve run: --timeout needs a value: S
2> reeve run --help shows how it is used
[2]
# What only one of the machines has, and what is not there.
$ reeve run --machine laptop x.elf
2> reeve run: --machine 'laptop' is neither model nor qemu
2> reeve run --help shows how it is used
[2]
$ reeve run --rmm x.img x.elf
2> reeve run: --rmm is for --machine qemu only: add that
2> reeve run --help shows how it is used
[2]
$ for o in --anchor --platform --platform-key --seed; do reeve run --machine qemu $o x y.elf; done
2> reeve run: --anchor is for --machine model only: QEMU's machine has no platform key: its firmware gives a finished token
2> reeve run --help shows how it is used
2> reeve run: --platform is for --machine model only: on QEMU's machine the firmware says what it is
2> reeve run --help shows how it is used
2> reeve run: --platform-key is for --machine model only: on QEMU's machine keys and platform token are the firmware's
2> reeve run --help shows how it is used
2> reeve run: --seed is for --machine model only: on QEMU's machine keys and platform token are the firmware's
2> reeve run --help shows how it is used
[2]
$ reeve run --machine qemu --cpus 17 x.elf
2> reeve run: --cpus 17: --machine qemu has at most 16 CPUs
2> reeve run --help shows how it is used
[2]
$ reeve run --machine qemu --machine-log '' x.elf
2> reeve run: --machine-log needs a file name
2> reeve run --help shows how it is used
[2]
$ reeve run --machine qemu --rmm none.img $GUEST/hello.elf
2> reeve run: --rmm none.img cannot be read: No such file or directory
[1]
$ : >empty.img; reeve run --machine qemu --rmm empty.img $GUEST/hello.elf
2> reeve run: --rmm empty.img is empty
[1]
$ truncate -s 32M large.img; reeve run --machine qemu --rmm large.img $GUEST/hello.elf
2> reeve run: --rmm large.img has 33554432 bytes; the machine has room for 25161728
[1]
$ reeve info extra
2> reeve info: 'extra' is one argument too many
2> reeve info --help shows how it is used
[2]
# Output that cannot be written is a failure.
$ reeve info >/dev/full
2> reeve: standard output cannot be written
[1]
$ reeve run --json $GUEST/hello.elf 2>err >/dev/full
[1]
$ cut -c 1-66 err
reeve run: standard output cannot be written: the console is not c
{"end":"system_off","hash":"sha-256","rim":".* (re)
