#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# corim_check.py - reads a CoRIM with python3-cbor2 and holds it against the same measurements in JSON.
"""corim_check.py CORIM REFERENCE.json [veraison]: print `the same`; or what differs, with exit 1. Shape: draft-ydb-rats-cca-endorsements-04 section
3.2; with `veraison` the spelling of veraison/corim, profiles/cca."""
import json
import sys

import cbor2

ALGORITHMS = {'sha-256': 1, 'sha-384': 7, 'sha-512': 8}
PROFILE = cbor2.CBORTag(32, 'tag:arm.com,2025:endorsements/cca_realm#1.0.0')
PROFILE_VERAISON = 'tag:arm.com,2025:cca_realm#1.0.0'


def wanted(reference, is_for_veraison):
    """The measurements a CoRIM of this reference has: {mkey: mval}."""
    number = ALGORITHMS[reference['hash']] if is_for_veraison else reference['hash']
    values = {'cca.rim': {2: [[number, bytes.fromhex(reference['rim'])]]}}
    for i, rem in enumerate(reference['rem']):
        if rem is not None:
            values[f'cca.rem{i}'] = {2: [[number, bytes.fromhex(rem)]]}
    if 'rpv' in reference:
        values['cca.rpv'] = {4: cbor2.CBORTag(560, bytes.fromhex(reference['rpv']))}
    return values


def main():
    """Compare."""
    is_for_veraison = sys.argv[3:] == ['veraison']
    with open(sys.argv[1], 'rb') as f:
        raw = f.read()
    with open(sys.argv[2], encoding='utf-8') as f:
        reference = json.load(f)
    corim = cbor2.loads(raw)
    comid = corim.value[1][0]
    inner = cbor2.loads(comid.value)
    (environment, measurements), = inner[4][0]
    rim = bytes.fromhex(reference['rim'])
    checks = {
        'deterministic': cbor2.dumps(corim, canonical=True) == raw,
        'deterministic inside': cbor2.dumps(inner, canonical=True) == comid.value,
        'tags': (corim.tag, comid.tag, len(corim.value[1])) == (501, 506, 1),
        'profile': corim.value[3] == (PROFILE_VERAISON if is_for_veraison else PROFILE),
        'ids': corim.value[0] == inner[1][0] == f'reeve-realm-{reference["rim"]}',
        'environment': environment == {0: {0: cbor2.CBORTag(560, rim)}},
        'measurements': {m[0]: m[1] for m in measurements} == wanted(reference, is_for_veraison),
        'no more': len(measurements) == len(wanted(reference, is_for_veraison)) and all(set(m) == {0, 1} for m in measurements),
    }
    bad = [name for name, good in checks.items() if not good]
    print('\n'.join(bad) if bad else 'the same')
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
