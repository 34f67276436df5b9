# SPDX-License-Identifier: BSD-2-Clause
# verify.t - whether tokens are to be believed: the two that others made, made ones right and wrong, and what is said of wrong usage.
$ cp $SRC/tests/vectors/* .
$ reeve verify --platform-anchor tf-rmm-cca_platform.pub tf-rmm-cca_token.cbor
pass    profile             ok                    the two parts are of one profile that is known
pass    platform-claims     ok                    what the profile wants of the platform token is there, in its length
pass    realm-claims        ok                    what the profile wants of the realm token is there, in its length
pass    platform-signature  ok                    an anchor signed the platform token: tf-rmm-cca_platform.pub
pass    realm-signature     ok                    the realm attestation key (RAK) signed the realm token
pass    binding             ok                    the platform token vouches for the RAK
-       challenge           not-asked             nothing was given to compare with
pass    lifecycle           ok                    the platform's security lifecycle is accepted
-       platform            not-asked             nothing was given to compare with
pass    measurements        ok                    one RIM and four REMs, as long as the realm's hash
-       memory-encryption   not-asked             nothing was given to compare with
-       rim                 not-asked             nothing was given to compare with
-       rems                not-asked             nothing was given to compare with
-       rpv                 not-asked             nothing was given to compare with
verdict: affirmed; not compared: challenge, platform, memory-encryption, rim, rems, rpv
# The same key made this one's signatures, but nobody was asked for its platform token.
$ reeve verify --platform-anchor tf-rmm-cca_platform.pub bug-33-repro.cbor | grep -v ^pass
REFUSED binding             binding-canned        canned platform token: its challenge is a fixed pattern; .* (re)
...
verdict: refused; .* (re)
$ reeve verify --platform-anchor tf-rmm-cca_platform.pub bug-33-repro.cbor >bug.txt
[1]
# ES256, a JWK, a binding by SHA-512; but the measurements are longer than the realm's hash, which other verifiers let pass.
$ reeve verify --platform-anchor cca-token-02.jwk cca-token-02.cbor | grep -v ^-
pass    profile             ok                    the two parts are of one profile that is known
pass    platform-claims     ok                    what the profile wants of the platform token is there, in its length
pass    realm-claims        ok                    what the profile wants of the realm token is there, in its length
pass    platform-signature  ok                    an anchor signed the platform token: cca-token-02.jwk
pass    realm-signature     ok                    the realm attestation key (RAK) signed the realm token
pass    binding             ok                    the platform token vouches for the RAK
pass    lifecycle           ok                    the platform's security lifecycle is accepted
REFUSED measurements        rim-length            the RIM has not the length of the realm's hash
verdict: refused; .* (re)
# The example of a draft: the claims are of 2024, the signatures of 2023, and so are the claims with which they go.
$ reeve verify --platform-anchor tf-rmm-cca_platform.pub draft-2023.cbor | tail -n 1
verdict: affirmed; not compared: challenge, platform, memory-encryption, rim, rems, rpv
$ echo '{"memory_encryption": "private"}' >private.json
$ reeve verify --platform-anchor tf-rmm-cca_platform.pub --policy private.json draft-03.cbor | grep -v ^-
pass    profile             ok                    the two parts are of one profile that is known
pass    platform-claims     ok                    what the profile wants of the platform token is there, in its length
pass    realm-claims        ok                    what the profile wants of the realm token is there, in its length
REFUSED platform-signature  signature-bad         the key did not sign this: another key did, or bytes changed since
REFUSED realm-signature     signature-bad         the key did not sign this: another key did, or bytes changed since
pass    binding             ok                    the platform token vouches for the RAK
pass    lifecycle           ok                    the platform's security lifecycle is accepted
pass    measurements        ok                    one RIM and four REMs, as long as the realm's hash
pass    memory-encryption   ok                    the realm's memory encryption policy is accepted
verdict: refused; .* (re)
$ for name in draft-2023 draft-03; do reeve token show $name.cbor | grep -E 'token:|COSE|policy'; done
CCA token: 2124 bytes, tag 399, profile 2023
           P-384, COSE_Key
CCA token: 2147 bytes, tag 907, profile 2024
           P-384, COSE_Key
    44243  memory encryption policy         private
# No anchor: whoever signed it is not known.
$ reeve verify tf-rmm-cca_token.cbor | grep signature
REFUSED platform-signature  no-anchor             no platform key was given \(--platform-anchor\).* (re)
pass    realm-signature     ok                    .* (re)
# The anchor as a JWK, and in a set of them.
$ cat >jwk.py <<'END'
> import base64, json, subprocess, sys
> der = subprocess.run(['openssl', 'pkey', '-pubin', '-in', 'tf-rmm-cca_platform.pub', '-outform', 'DER'], stdout=-1).stdout
> part = lambda b: base64.urlsafe_b64encode(b).rstrip(b'=').decode()
> key = {'kty': 'EC', 'crv': 'P-384', 'x': part(der[-96:-48]), 'y': part(der[-48:])}
> json.dump(key, open('one.jwk', 'w'))
> json.dump({'keys': [key]}, open('set.jwk', 'w'))
> json.dump({**key, 'd': part(der[-48:])}, open('private.jwk', 'w'))
> open('spelt.jwk', 'w').write(open('private.jwk').read().replace('"d"', '"\\u0064"'))
> json.dump({**key, 'x': key['x'][:-1]}, open('short.jwk', 'w'))
> json.dump({**key, 'crv': 'P-192'}, open('curve.jwk', 'w'))
> END
$ python3 jwk.py
$ for key in one.jwk set.jwk; do reeve verify --platform-anchor $key tf-rmm-cca_token.cbor | tail -n 1; done
verdict: affirmed; .* (re)
verdict: affirmed; .* (re)
# The challenge, from standard input.
$ reeve verify --platform-anchor one.jwk --challenge $(printf 'ab%.0s' {1..64}) - <tf-rmm-cca_token.cbor | grep -E 'challenge|verdict'
pass    challenge           ok                    the realm was asked with this challenge
verdict: affirmed; not compared: platform, memory-encryption, rim, rems, rpv
$ reeve verify --platform-anchor one.jwk --challenge abcd tf-rmm-cca_token.cbor | grep REFUSED
REFUSED challenge           challenge-canned      the realm's challenge is a fixed pattern, not the one given
# The same out of a file, as reeve run takes it; one of digits is too long, one of nothing is none.
$ printf '\xab%.0s' {1..64} >asked; printf 'ab%.0s' {1..64} >digits; : >nothing
$ reeve verify --platform-anchor one.jwk --challenge @asked tf-rmm-cca_token.cbor | grep -E 'challenge|verdict'
pass    challenge           ok                    the realm was asked with this challenge
verdict: affirmed; not compared: platform, memory-encryption, rim, rems, rpv
$ for file in digits nothing absent ''; do reeve verify --challenge @$file tf-rmm-cca_token.cbor 2>&1 | head -n 1; done
reeve verify: --challenge @digits: the file has more bytes; a challenge has 1 to 64
reeve verify: --challenge @nothing: the file has no bytes; a challenge has 1 to 64
reeve verify: absent cannot be opened: No such file or directory
reeve verify: --challenge @ needs the name of a file behind the @
# Bytes that are no token: where, and why.
$ head -c 1000 tf-rmm-cca_token.cbor | reeve verify -
2> reeve verify: -: byte 672: the bytes end inside an item (CBOR_TRUNCATED)
[3]
$ reeve verify $SRC/README.md
2> reeve verify: .*/README.md: byte 1: bytes follow the item \(CBOR_TRAILING\) (re)
[3]
$ printf '\331\001\217\241\031\254\312\101\000' | reeve verify -
2> reeve verify: -: byte 3: there is no realm token (44241) (TOKEN_NO_REALM)
[3]
# Causes by name.
$ PYTHONPATH=$SRC/tests/cli python3 -c '
> import json
> from token_world import *
> for name in "platform", "realm": key_make(name)
> root = claims()
> open("token.cbor", "wb").write(token_make(root))
> rim = reference(root)["rim"]
> json.dump(reference(root), open("right.json", "w"))
> json.dump(reference(root, rim=measurement(50), other_rims={"tf-rmm-0.9": rim}), open("rules.json", "w"))
> json.dump(reference(root, rim=rim + "00" * 32), open("padded.json", "w"))
> json.dump(reference(root, rim=measurement(50)), open("other.json", "w"))
> json.dump(reference(root, rem=[None, measurement(50), None, None]), open("rem.json", "w"))
> json.dump(reference(root, rimm="00"), open("misspelt.json", "w"))
> padded = changed(root, "realm/claims/initial_measurement", rim + "00" * 32)
> open("padded.cbor", "wb").write(token_make(padded))'
$ for r in right rules padded other rem; do reeve verify --platform-anchor platform.pub --reference $r.json token.cbor | grep -E 'REFUSED|affirmed'; done
verdict: affirmed; not compared: challenge, platform, memory-encryption
REFUSED rim                 rim-other-rules       the RIM is that of another rule set: RIM is that of rule set tf-rmm-0.9, you gave 1.0
REFUSED rim                 rim-reference-padded  the reference is a digest padded to 64 bytes; give its true length: SHA-256 digest padded to 64 bytes
REFUSED rim                 rim-differs           the RIM is that of no reference: reeve measure --diff finds the change \(the token has [0-9a-f]{16}…, other.json [0-9a-f]{16}…\) (re)
REFUSED rems                rem-differs           the realm extended a REM otherwise than the reference: REM 1 \(the token has [0-9a-f]{16}…, rem.json [0-9a-f]{16}…\) (re)
$ reeve verify --platform-anchor platform.pub padded.cbor | grep REFUSED
REFUSED measurements        rim-padded            the RIM is a digest padded to 64 bytes, and a token holds the true length: SHA-256 digest padded to 64 bytes
# An EAT Attestation Result (every one of the cases below is held against its schema): a submodule for the platform and one for the realm.
$ reeve verify --json --platform-anchor platform.pub --reference other.json token.cbor | python3 -c '
> import json, sys
> result = json.load(sys.stdin)
> print(result["eat_profile"], sorted(result["ear_verifier_id"].items()), type(result["iat"]).__name__)
> for name, part in sorted(result["submods"].items()):
>     print(name, part["ear_status"], sorted(part["ear_trustworthiness_vector"].items()))'
tag:ietf.org,2026:rats/ear#04 \[\('build', '\d+\.\d+\.\d+'\), \('developer', 'reeve'\)\] int (re)
CCA_REALM contraindicated [('configuration', 2), ('executables', 33), ('instance-identity', 2), ('runtime-opaque', 0)]
CCA_SSD_PLATFORM affirming [('configuration', 2), ('hardware', 0), ('instance-identity', 2)]
# What is wrong with the arguments is said with code 2, which no verdict has.
$ reeve verify
2> reeve verify: no token: name its file, or - for standard input
2> reeve verify --help shows how it is used
[2]
$ reeve verify --challenge xyz token.cbor
2> reeve verify: --challenge must be an even number of hexadecimal digits, 2 to 128, or @FILE, not 'xyz'
2> reeve verify --help shows how it is used
[2]
$ reeve verify --platform-anchor platform.pem token.cbor
2> reeve verify: platform.pem holds a private key; an anchor is a public key (openssl pkey -pubout)
[2]
$ for key in private spelt short curve; do reeve verify --platform-anchor $key.jwk token.cbor; done
2> reeve verify: private.jwk holds a private key; an anchor is a public key (openssl pkey -pubout)
2> reeve verify: spelt.jwk holds a private key (d); an anchor is a public key
2> reeve verify: short.jwk: x and y must be 48 bytes each in base64url
2> reeve verify: curve.jwk: the curve 'P-192' is none of P-256, P-384, P-521
[2]
$ reeve verify --platform-anchor token.cbor token.cbor
2> reeve verify: token.cbor has no public key in it; give a PEM file (BEGIN PUBLIC KEY) or a JWK
[2]
$ reeve verify --reference misspelt.json token.cbor
2> reeve verify: misspelt.json: a reference has no member 'rimm'
[2]
$ reeve verify --reference token.cbor token.cbor
2> reeve verify: token.cbor: byte 0: neither JSON nor an unsigned CoRIM (tag 501)
[2]
$ for policy in '{"lifecycle":["new"]}' '{"lifecycel":[]}' '{"instance_id":"00"}' '{"memory_encryption":1}' '{"require":["all"]}' '[]'; do
>   echo "$policy" >policy.json
>   reeve verify --policy policy.json token.cbor
> done
2> reeve verify: policy.json: 'new' is no lifecycle state; reeve-verify(1) lists them
2> reeve verify: policy.json: a policy has no member 'lifecycel'
2> reeve verify: policy.json: instance_id must be 33 bytes in hexadecimal
2> reeve verify: policy.json: memory_encryption must be private or any
2> reeve verify: policy.json: require must be an array of challenge, reference
2> reeve verify: policy.json: this is no JSON object
[2]
$ reeve verify absent.cbor
2> reeve verify: absent.cbor cannot be opened: No such file or directory
[2]
# Every reason that there is, and right tokens of every profile, envelope, hash and algorithm.
$ rm -f *.pem; $SRC/tests/cli/token_cases.py right
right: [0-9]+ cases, 0 wrong (re)
$ $SRC/tests/cli/token_cases.py claims
claims: [0-9]+ cases, 0 wrong (re)
$ $SRC/tests/cli/token_cases.py realm
realm: [0-9]+ cases, 0 wrong (re)
$ $SRC/tests/cli/token_cases.py references
references: [0-9]+ cases, 0 wrong (re)
$ $SRC/tests/cli/token_cases.py stolen
stolen: [0-9]+ cases, 0 wrong (re)
$ $SRC/tests/cli/token_cases.py all-met
all-met: [0-9]+ cases, 0 wrong (re)
# References as CoRIM, and what none is.
$ $SRC/tests/cli/corim_cases.py
[0-9]+ cases, 0 wrong (re)
