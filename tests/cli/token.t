# SPDX-License-Identifier: BSD-2-Clause
# token.t - what tokens say, and tokens made for tests.
$ cp $SRC/tests/vectors/* .
$ reeve token show tf-rmm-cca_token.cbor
CCA token: 1222 bytes, tag 399, profile legacy
platform token (44234): 659 bytes, ES384, claims 550 bytes, signature 96 bytes
      265  profile                          http://arm.com/CCA-SSD/1.0.0
       10  challenge                        b5973cb68baa9fc55558786b7ec67f69e40df5ba5aa921cd0c27f40587a011ea
     2396  implementation id                7f454c4602010100000000000000000003003e00010000005058000000000000
      256  instance id                      0107060504030201000f0e0d0c0b0a090817161514131211101f1e1d1c1b1a1918
     2401  configuration                    0107060504030201000f0e0d0c0b0a090817161514131211101f1e1d1c1b1a1918
     2395  security lifecycle               0x3003 (secured)
     2402  hash algorithm                   sha-256
     2399  software components              4
           0 type            BL
           0 version         3.4.2
           0 measurement     07060504030201000f0e0d0c0b0a090817161514131211101f1e1d1c1b1a1918
           0 signer          07060504030201000f0e0d0c0b0a090817161514131211101f1e1d1c1b1a1918
           0 hash_algorithm  sha-256
...
     2400  verification service             whatever.com
realm token (44241): 547 bytes, ES384, claims 438 bytes, signature 96 bytes
       10  challenge                        (ab){64} (re)
    44236  hash algorithm                   sha-256
    44240  public key hash algorithm        sha-256
    44235  personalization value            54686520717569636b.* (re)
    44237  public key                       0476f988091be585ed.* (re)
           P-384, a bare point
    44238  initial measurement              0{64} (re)
    44239  extensible measurements          4
           rem0 0{64} (re)
           rem1 0{64} (re)
           rem2 0{64} (re)
           rem3 0{64} (re)
# The JSON is what `make` reads: the same claims, byte for byte, under other signatures.
$ for name in tf-rmm-cca_token bug-33-repro; do
>   reeve token show --json $name.cbor >claims.json; $SRC/tests/cli/schema_check.py $SRC/docs/token.schema.json claims.json
> done
valid
valid
$ for name in platform realm; do
>   openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out $name.pem 2>/dev/null
>   chmod 600 $name.pem
> done
$ reeve token make --platform-key platform.pem --realm-key realm.pem claims.json >made.cbor
$ diff <(reeve token show --json made.cbor) claims.json
$ reeve token make --platform-key platform.pem --realm-key realm.pem --output again.cbor claims.json; wc -c <again.cbor
2507
# A COSE_Key where none is given, a claim that nobody knows, one of the wrong type, a text that would steer a terminal.
$ PYTHONPATH=$SRC/tests/cli python3 -c '
> import json
> from token_world import *
> root = claims(tag=907)
> root["platform"]["claims"]["verification_service"] = "a\u001b[31mb\u00e9"
> root["realm"]["unknown"] = {"-70000": "a201f6206161"}
> root["platform"]["claims"]["extension"] = "83a201677368612d32353604f53bffffffffffffffffc180"
> root["platform"]["claims"]["trusted_boot_keys"] = "81a50162444d02000301044207070964225cc3a9"
> root["platform"]["claims"]["software_components"][0].update({"live_activation": "f5", "countersigners": "8141aa"})
> json.dump(root, open("odd.json", "w"))
> json.dump(changed(root, "realm/claims/initial_measurement", ...), open("no_rim.json", "w"))
> json.dump(changed(changed(root, "realm/claims/initial_measurement", ...), "realm/unknown", {"44238": "01"}), open("type.json", "w"))'
$ reeve token make --platform-key platform.pem --realm-key realm.pem --output odd.cbor odd.json
$ reeve token show odd.cbor | grep -aE 'tag 907|live|counter|extension|^ *[01] (hash_a|uses|name|active|index|hash |.unk)|boot keys|service|unknown|COSE'
CCA token: \d+ bytes, tag 907, profile 2023 (re)
           0 live_activation true
           0 countersigners  [h'aa']
     2400  verification service             a?[31mb??
     2404  extension                        [{1: "sha-256", 4: true}, -18446744073709551616, 1([])]
           0 hash_algorithm    "sha-256"
           0 uses_ide          true
     2405  trusted boot keys                [{1: "DM", 2: 0, 3: 1, 4: h'0707', 9: "\"\\??"}]
           0 name              "DM"
           0 active_array      0
           0 index             1
           0 hash              h'0707'
           0 (unknown)         "\"\\??"
           P-384, COSE_Key
   -70000  (unknown)                        {1: null, -1: "a"}
$ reeve token make --platform-key platform.pem --realm-key realm.pem --output type.cbor type.json
$ reeve token show type.cbor
2> reeve token show: type.cbor: byte \d+: a claim has another type than its label wants \(TOKEN_CLAIM_TYPE\) (re)
[3]
$ reeve token make --platform-key platform.pem --realm-key realm.pem no_rim.json | reeve token show - | grep -c initial
0
[1]
# What made tokens are, against other implementations.
$ $SRC/tests/cli/token_witness.py
27 tokens, 0 wrong
# Keys that others can read are not used, and nothing of them is said.
$ chmod 640 realm.pem
$ reeve token make --platform-key platform.pem --realm-key realm.pem claims.json
2> reeve token make: key file realm.pem has mode 0640, so others may use it: chmod 600 it, if it is still yours alone
[1]
# With a key in its memory it leaves no core file, which it otherwise does.
$ chmod 600 realm.pem; $SRC/tests/cli/core_check.py token show INPUT
core
$ $SRC/tests/cli/core_check.py token make --platform-key platform.pem --realm-key realm.pem INPUT
no core
# Keys that are none.
$ openssl pkey -in realm.pem -aes128 -passout pass:secret -out locked.pem; chmod 600 locked.pem
$ reeve token make --platform-key platform.pem --realm-key locked.pem claims.json
2> reeve token make: key file locked.pem holds no private key in PEM without a passphrase
[1]
$ openssl genpkey -algorithm ed25519 -out ed.pem; chmod 600 ed.pem
$ reeve token make --platform-key ed.pem --realm-key realm.pem claims.json
2> reeve token make: key file ed.pem: the key is not on P-256, P-384 or P-521
[1]
$ mkfifo key.pipe; ln -s realm.pem link.pem
$ for key in key.pipe link.pem absent.pem; do reeve token make --platform-key $key --realm-key realm.pem claims.json; done
2> reeve token make: key file key.pipe is no regular file
2> reeve token make: key file link.pem is a symbolic link: name the file itself
2> reeve token make: key file absent.pem cannot be opened: No such file or directory
[1]
# What is wrong with the claims.
$ for claims in '{}' '{"tag":399}' '{"tag":399,"platform":{"claims":{"colour":1}},"realm":{"claims":{}}}' \
>   '{"tag":399,"platform":{"claims":{"profile":1,"challenge":"00"}},"realm":{"claims":{}}}' \
>   '{"tag":399,"platform":{"claims":{"challenge":"00"},"unknown":{"x":"00"}},"realm":{"claims":{}}}' '{'; do
>   echo "$claims" | reeve token make --platform-key platform.pem --realm-key realm.pem -
> done
2> reeve token make: there is no number tag (399 or 907)
2> reeve token make: there is no object platform with an object claims
2> reeve token make: platform: without a public key and its hash algorithm, challenge must be given
2> reeve token make: platform: profile has not the type that this claim wants
2> reeve token make: unknown: 'x' is no label
2> reeve token make: -:2: string or '}' expected near end of file
[1]
$ reeve token make claims.json
2> reeve token make: both --platform-key and --realm-key are needed
2> reeve token make --help shows how it is used
[2]
$ reeve token
2> reeve token: '' is neither show nor make
2> reeve token --help shows how it is used
[2]
$ reeve token show
2> reeve token show: no FILE: name a file, or - for standard input
2> reeve token show --help shows how it is used
[2]
$ reeve token show /dev/zero
2> reeve token show: /dev/zero is larger than 65536 bytes
[1]
$ reeve token --help
usage: reeve token show|make [OPTION]... FILE

  show        Show every claim of a token by name
  make        Sign claims from JSON as a token, for tests
