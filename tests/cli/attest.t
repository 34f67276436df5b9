# SPDX-License-Identifier: BSD-2-Clause
# attest.t - a Realm's token: from the challenge to the file, its keys and where they are kept, and each thing that can be wrong.
$ printf '%064d' 7 >nonce.bin; od -An -v -tx1 nonce.bin | tr -d ' \n' >nonce.hex; wc -c <nonce.hex
128
$ cat >attest <<'END'
> export XDG_STATE_HOME=$PWD/state
> reeve run --challenge "$(cat nonce.hex)" "$@" $GUEST/attest.elf 2>&1 | sed '/^end/,$d'
> END
$ reeve run --seed one --challenge "$(cat nonce.hex)" --token a.cbor --anchor a.pub $GUEST/attest.elf
challenge (30){63}37 (re)
token of 1006 bytes
attest: ok
2> end       system_off: the Realm switched itself off
2> ...
2> leaked    none
$ reeve verify --platform-anchor a.pub --challenge "$(cat nonce.hex)" a.cbor | tail -n 1
verdict: affirmed; not compared: platform, memory-encryption, rim, rems, rpv
$ reeve token show a.cbor | grep -m 1 'implementation id' | sed 's/.* //'
7265657665206d6f64656c3a2070726f766573206e6f7468696e670000000000
# With a seed nothing is written down, and all repeats to the byte; another challenge, seed or image is another token.
$ ls
a.cbor
a.pub
attest
nonce.bin
nonce.hex
$ bash attest --seed one --token b.cbor >b.out && cmp a.cbor b.cbor && echo same
same
$ reeve run --seed one --challenge @nonce.bin --token b.cbor $GUEST/attest.elf >b.out 2>&1 && cmp a.cbor b.cbor && echo same
same
$ bash attest --seed two --token b.cbor --anchor b.pub >b.out; cmp -s a.cbor b.cbor; echo $?; cmp -s a.pub b.pub; echo $?
1
1
$ reeve verify --platform-anchor a.pub --challenge "$(cat nonce.hex)" b.cbor | grep -v ^pass | grep -c signature
1
# Against other implementations, in every form.
$ $SRC/tests/cli/attest_witness.py
6 tokens, 0 wrong
# Without seed or key one is made, for its owner alone, and kept.
$ bash attest --token c.cbor --anchor c.pub
challenge (30){63}37 (re)
token of 1006 bytes
attest: ok
$ stat -c '%a %n' state/reeve state/reeve/platform-key.pem; ls -A state/reeve
700 state/reeve
600 state/reeve/platform-key.pem
platform-key.pem
$ bash attest --token d.cbor >d.out; cmp c.cbor d.cbor && echo same
same
$ openssl pkey -in state/reeve/platform-key.pem -pubout | cmp - c.pub && echo its public half
its public half
$ bash attest --platform-key state/reeve/platform-key.pem --token d.cbor >d.out; cmp c.cbor d.cbor && echo same
same
$ openssl ec -in state/reeve/platform-key.pem -out sec1.pem 2>/dev/null; chmod 600 sec1.pem
$ bash attest --platform-key sec1.pem --token d.cbor >d.out; cmp c.cbor d.cbor && echo same
same
# It is used by nobody else, and by nobody whom others could have misled.
$ chmod 640 state/reeve/platform-key.pem; bash attest --token d.cbor
reeve run: key file .*/state/reeve/platform-key.pem has mode 0640, so others may use it: chmod 600 it, if it is still yours alone (re)
$ chmod 600 state/reeve/platform-key.pem; ln -s state/reeve/platform-key.pem link.pem; bash attest --platform-key link.pem --token d.cbor
reeve run: key file link.pem is a symbolic link: name the file itself
$ chmod 770 state/reeve; bash attest --token d.cbor
reeve run: directory .*/state/reeve of the platform key is not yours alone to write \(mode 0770\): chmod 700 it (re)
$ chmod 700 state/reeve; mv state/reeve/platform-key.pem kept.pem; ln -s ../../kept.pem state/reeve/platform-key.pem; bash attest --token d.cbor
reeve run: key file .*/state/reeve/platform-key.pem is a symbolic link: name the file itself (re)
$ rm state/reeve/platform-key.pem; mkfifo state/reeve/platform-key.pem; bash attest --token d.cbor
reeve run: key file .*/state/reeve/platform-key.pem is no regular file (re)
$ rm state/reeve/platform-key.pem; echo no key >bad.pem; chmod 600 bad.pem; bash attest --platform-key bad.pem --token d.cbor
reeve run: key file bad.pem: it holds no private key in PEM without a passphrase
$ openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out p256.pem; chmod 600 p256.pem
$ bash attest --platform-key p256.pem --token d.cbor
reeve run: key file p256.pem: the key is not on the curve P-384 (secp384r1)
$ openssl pkey -in sec1.pem -aes128 -passout pass:x -out locked.pem; chmod 600 locked.pem; bash attest --platform-key locked.pem --token d.cbor
reeve run: key file locked.pem: it holds no private key in PEM without a passphrase
$ openssl ec -in sec1.pem -aes128 -passout pass:x -out locked.pem 2>ec.out; chmod 600 locked.pem; bash attest --platform-key locked.pem --token d.cbor
reeve run: key file locked.pem: its private key is no base64, or encrypted, or none on P-384
$ openssl genpkey -algorithm ed25519 -out ed.pem; chmod 600 ed.pem; bash attest --platform-key ed.pem --token d.cbor
reeve run: key file ed.pem: its private key is none of an elliptic curve
$ openssl ecparam -name secp384r1 -genkey -out param.pem; openssl ec -in param.pem -pubout 2>ec.out >param.pub
$ chmod 600 param.pem; bash attest --platform-key param.pem --token d.cbor --anchor d.pub | tail -n 1; cmp d.pub param.pub
attest: ok
$ cp $SRC/tests/fuzz/corpus/claims/key-zero zero.pem; chmod 600 zero.pem; bash attest --platform-key zero.pem --token d.cbor
reeve run: key file zero.pem: its private key is no number from 1 to the order of P-384
$ openssl ecparam -name secp256k1 -genkey -out k1.pem; chmod 600 k1.pem; bash attest --platform-key k1.pem --token d.cbor
reeve run: key file k1.pem: the key is not on the curve P-384 (secp384r1)
$ bash attest --platform-key sec1.pem --token d.cbor >d.out
$ head -c 20000 /dev/zero >big.pem; chmod 600 big.pem; bash attest --platform-key big.pem --token d.cbor
reeve run: key file big.pem has 16384 bytes or more: that is no key
$ bash attest --platform-key missing.pem --token d.cbor
reeve run: key file missing.pem cannot be opened: No such file or directory
$ env -u HOME -u XDG_STATE_HOME reeve run --challenge "$(cat nonce.hex)" --token d.cbor $GUEST/attest.elf
2> reeve run: neither XDG_STATE_HOME nor HOME names a directory for the platform key: set one, or give --platform-key or --seed
[1]
# A run that asks for no token makes no key; one whose Realm asks although there is no --token does.
$ ls -A state/reeve; reeve run $GUEST/hello.elf >d.out 2>&1; ls -A state/reeve
$ cmp c.cbor d.cbor && echo as before
as before
# Several that make it at once use the same.
$ for i in 1 2 3 4 5 6; do bash attest --token race$i.cbor >race$i.out & done; wait; ls -A state/reeve; sha256sum race?.cbor | cut -d ' ' -f 1 | uniq | wc -l
platform-key.pem
1
# The platform's claims.
$ cat >platform.json <<END
> {"implementation_id": "$(printf '%064d' 1)", "instance_id": "01$(printf '%064d' 2)", "security_lifecycle": 12289,
>  "software_components": [{"type": "RMM", "measurement": "$(printf '%064d' 3)", "signer": "$(printf '%096d' 4)", "version": "1.0"},
>                          {"measurement": "$(printf '%0128d' 5)", "signer": "$(printf '%064d' 6)", "hash_algorithm": "sha-512"}],
>  "configuration": "cfcf", "verification_service": "https://example.org/v", "hash_algorithm": "sha-384"}
> END
$ bash attest --seed one --platform platform.json --token e.cbor >e.out; reeve token show --json e.cbor >e.json
$ reeve verify --platform-anchor a.pub --challenge "$(cat nonce.hex)" e.cbor | tail -n 1
verdict: affirmed; not compared: platform, memory-encryption, rim, rems, rpv
$ python3 - <<'END'
> import json
> said = json.load(open('e.json'))['platform']['claims']
> print({k: said[k] == v for k, v in json.load(open('platform.json')).items() if said[k] != v}, len(said))
> END
{} 9
$ for text in '{' '[]' '{"colour": 1}' '{"implementation_id": "00"}' "{\"implementation_id\": \"$(printf '%064d' 0)\"}" \
>   "{\"instance_id\": \"02$(printf '%064d' 2)\"}" '{"security_lifecycle": "secured"}' '{"security_lifecycle": 36864}' \
>   '{"software_components": []}' '{"software_components": [{"measurement": "00"}]}' '{"software_components": [{"type": "x"}]}' \
>   '{"configuration": "xy"}' '{"hash_algorithm": ""}' '{"configuration": "00", "configuration": "01"}'; do
>   echo "$text" >wrong.json; bash attest --seed one --platform wrong.json --token f.cbor
> done
reeve run: wrong.json:2: string or '}' expected near end of file
reeve run: wrong.json: this is no JSON object
reeve run: --platform wrong.json: a platform has no member 'colour' that can be set; reeve-run(1) lists them
reeve run: --platform wrong.json: implementation_id has 1 bytes; it must have 32
reeve run: --platform wrong.json: implementation_id is all zeroes, which names nothing
reeve run: --platform wrong.json: instance_id begins with 02; a random UEID begins with 01
reeve run: --platform wrong.json: security_lifecycle must be the number of a state, such as 12288 (0x3000) for secured
reeve run: --platform wrong.json: security_lifecycle must be the number of a state, such as 12288 (0x3000) for secured
reeve run: --platform wrong.json: software_components must be an array of 1 to 16 components
reeve run: --platform wrong.json: measurement has 1 bytes; a digest has 32, 48 or 64
reeve run: --platform wrong.json: a component needs measurement and signer
reeve run: --platform wrong.json: configuration must be bytes in hexadecimal, not 'xy'
reeve run: --platform wrong.json: hash_algorithm must be a text that is not empty
reeve run: wrong.json:1: duplicate object key near '"configuration"'
$ ls f.cbor
2> ls: cannot access 'f.cbor': No such file or directory
[2]
# The token's file: told before the run, and left alone when there is no token.
$ echo kept >g.cbor; reeve run --seed one --token g.cbor $GUEST/hello.elf 2>&1 >/dev/null | head -n 1; cat g.cbor
reeve run: --token g.cbor: the Realm delivered no token, nothing is written
kept
$ reeve run --seed one --token h.cbor $GUEST/attest.elf; ls h.cbor
attest: FAILED: the host has no challenge: it needs --challenge
2> reeve run: --token h.cbor: the Realm delivered no token, nothing is written
2> end       system_off: the Realm switched itself off
2> ...
2> leaked    none
2> ls: cannot access 'h.cbor': No such file or directory
[2]
$ bash attest --seed one --token none/i.cbor
reeve run: --token none/i.cbor cannot be written: No such file or directory
$ cp $GUEST/attest.elf mine.elf; reeve run --seed one --challenge "$(cat nonce.hex)" --token mine.elf mine.elf
2> reeve run: --token mine.elf is the image; name another file
[1]
$ bash attest --seed one --token j.cbor --anchor ./j.cbor; ls j.cbor
reeve run: --token j.cbor is the file of --anchor; name another file
2> ls: cannot access 'j.cbor': No such file or directory
[2]
$ cp sec1.pem mine.pem; bash attest --platform-key mine.pem --token mine.pem; cmp sec1.pem mine.pem
reeve run: --token mine.pem is the file of --platform-key; name another file
# Wrong usage.
$ reeve run --challenge 00 --token x $GUEST/attest.elf
2> reeve run: --challenge '00' is not 64 bytes as 128 hexadecimal digits, nor @FILE; a Realm's token takes just so many, and its verifier compares them all: fill up or hash yours
2> reeve run --help shows how it is used
[2]
$ reeve run --challenge "$(cat nonce.hex)" $GUEST/attest.elf
2> reeve run: --challenge without --token: nobody keeps the token that it is for
2> reeve run --help shows how it is used
[2]
$ reeve run --seed a --platform-key b $GUEST/attest.elf
2> reeve run: --seed and --platform-key: the machine has one key; give one of them
2> reeve run --help shows how it is used
[2]
$ reeve run --token-form 2024 $GUEST/attest.elf
2> reeve run: --token-form '2024' is none of 2023, legacy, 2023-cmw
2> reeve run --help shows how it is used
[2]
$ for option in --token=- --token= --anchor=- --platform= --platform-key= --seed= --challenge=@; do
>   reeve run $option $GUEST/attest.elf 2>&1 | head -n 1
> done
reeve run: --token '-': it goes to a file; name one
reeve run: --token needs a file name
reeve run: --anchor '-': it goes to a file; name one
reeve run: --platform needs a file name
reeve run: --platform-key needs a file name
reeve run: --seed needs a text: the same text, the same keys
reeve run: --challenge @ needs the name of a file behind the @
$ head -c 63 nonce.bin >short.bin; reeve run --challenge @short.bin --token x $GUEST/attest.elf
2> reeve run: --challenge @short.bin: the file has less than 64 bytes; a challenge has just so many
[1]
# Nothing of a key is in what a run writes: neither its digits nor its bytes.
$ openssl pkey -in sec1.pem -text -noout | sed -n '/^priv/,/^pub/p' | grep '^ ' | tr -d ' :\n' >key; wc -c <key
96
$ reeve run --challenge "$(cat nonce.hex)" --platform-key sec1.pem --trace t.json --trace-format json --map t.svg --json --token t.cbor --anchor t.pub $GUEST/attest.elf >t.out 2>t.err
$ cat t.* | od -An -v -tx1 | tr -d ' \n' | grep -c "$(cat key)"; cat t.* | grep -ci "$(cat key)"
0
0
[1]
# The summary says what was written, and nothing when nothing was.
$ $SRC/tests/cli/schema_check.py $SRC/docs/summary.schema.json t.err last
valid
$ tail -n 1 t.err | python3 -c 'import json, os, sys; t = json.load(sys.stdin)["token"]; print(t["path"], t["size"] == os.path.getsize(t["path"]), t["challenge"] == open("nonce.hex").read())'
t.cbor True True
$ reeve run --seed one --json --token u.cbor $GUEST/hello.elf 2>&1 >/dev/null | tail -n 1 | grep -c '"token"'
0
[1]
