#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# attest_witness - tokens of realms that ran, against python3-cbor2, the openssl command line and the summary of the run
"""For each form, hash and RPV: both signatures by openssl, the bytes by cbor2, and every claim by what the run was told and said."""
import json
import os
import sys

import cbor2
from token_witness import binding_complaints, complaints
from token_world import run

FORMS = {'2023': (399, 'tag:arm.com,2023:cca_platform#1.0.0', 'tag:arm.com,2023:realm#1.0.0'),
         'legacy': (399, 'http://arm.com/CCA-SSD/1.0.0', None),
         '2023-cmw': (907, 'tag:arm.com,2023:cca_platform#1.0.0', 'tag:arm.com,2023:realm#1.0.0')}
HASHES = {'sha256': ('sha-256', 32), 'sha512': ('sha-512', 64)}
MODEL = b'reeve model: proves nothing'


def realm_complaints(name, realm, want):
    """The realm's claims, each and no other."""
    for label in set(realm) | set(want):
        if realm.get(label) != want.get(label) and label != 44237:
            yield f'{name}: realm claim {label} is {realm.get(label)!r}, expected {want.get(label)!r}'
    key = realm[44237]
    if 265 in want and set(cbor2.loads(key)) != {1, -1, -2, -3} or 265 not in want and (len(key), key[0]) != (97, 4):
        yield f'{name}: the public key has another form'


def platform_complaints(name, platform, profile):
    """What the model says of itself."""
    if set(platform) != {10, 256, 265, 2395, 2396, 2399, 2401, 2402}:
        yield f'{name}: platform claims {sorted(platform)}'
    if platform[265] != profile or platform[2396] != MODEL.ljust(32, b'\0') or platform[2401] != MODEL:
        yield f'{name}: profile, implementation id or configuration'
    if len(platform[256]) != 33 or platform[256][0] != 1 or platform[2395] >> 8 != 0x30:
        yield f'{name}: instance id or lifecycle'


def one(form, hash_name, number):
    """Run, and what is wrong with the token."""
    tag, platform_profile, realm_profile = FORMS[form]
    text, size = HASHES[hash_name]
    name = f'{form} {hash_name} {number}'
    challenge = bytes((number * 7 + i * 3) % 256 for i in range(64))
    rpv = bytes(range(number, number + 40))
    done = run('reeve', 'run', '--json', '--seed', 'witness', '--hash', hash_name, '--rpv', rpv.hex(), '--token-form', form,
               '--challenge', challenge.hex(), '--token', 'witness.cbor', '--anchor', 'witness.pub',
               os.path.join(os.environ['GUEST'], 'attest.elf'))
    if done.returncode != 0:
        return [f'{name}: exit code {done.returncode}: {done.stderr.decode()}']
    summary = json.loads(done.stderr.decode().splitlines()[-1])
    with open('witness.cbor', 'rb') as f:
        token = f.read()
    whole = cbor2.loads(token)
    parts = {k: v[1] if whole.tag == 907 else v for k, v in whole.value.items()}
    platform, realm = (cbor2.loads(cbor2.loads(parts[label]).value[2]) for label in (44234, 44241))
    want = {10: challenge, 44235: rpv.ljust(64, b'\0'), 44236: text, 44237: None, 44238: bytes.fromhex(summary['rim']),
            44239: [bytes(size)] * 4, 44240: 'sha-256'}
    if realm_profile is not None:
        want[265] = realm_profile
    found = [f'{name}: tag {whole.tag}'] if whole.tag != tag else []
    found += complaints(name, token, 'witness.pub')
    found += binding_complaints(name, token)
    found += realm_complaints(name, realm, want)
    found += platform_complaints(name, platform, platform_profile)
    return found


def main():
    """All of them."""
    found = []
    names = [(form, hash_name) for form in FORMS for hash_name in HASHES]
    for number, (form, hash_name) in enumerate(names):
        found += one(form, hash_name, number)
    print(*found, f'{len(names)} tokens, {len(found)} wrong', sep='\n')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
