#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# corim_cases - references as CoRIM, written by python3-cbor2: which are taken, what a token is then worth, and what is said of the others
"""Run in an empty directory with reeve on PATH and $SRC set; one line for each case that is not as it should be, then a sum."""
import sys

import cbor2
from token_world import SIZES, challenge, changed, checks, claims, key_make, measurement, token_make, verify

PROFILES = ('tag:arm.com,2025:cca_realm#1.0.0', 'tag:arm.com,2025:endorsements/cca_realm#1.0.0')
ALGORITHMS = {'sha-256': 1, 'sha-384': 7, 'sha-512': 8}


def tag(number, value):
    """A tagged item."""
    return cbor2.CBORTag(number, value)


def digest(key, value, algorithm=1):
    """A measurement with one digest."""
    return {0: key, 1: {2: [[algorithm, value]]}}


def triple(realm, hash_name='sha-256', text_algorithm=False):
    """The reference triple of a realm's claims."""
    algorithm = hash_name if text_algorithm else ALGORITHMS[hash_name]
    rim = bytes.fromhex(realm['initial_measurement'])
    values = [digest('cca.rim', rim, algorithm)]
    values += [digest(f'cca.rem{i}', bytes.fromhex(rem), algorithm) for i, rem in enumerate(realm['extensible_measurements'])]
    values.append({0: 'cca.rpv', 1: {4: tag(560, bytes.fromhex(realm['personalization_value']))}})
    return [{0: {0: tag(560, rim)}}, values]


def corim(*triples, profile=PROFILES[0]):
    """A CoRIM with one CoMID."""
    comid = {1: {0: 'a realm'}, 4: {0: list(triples)}}
    return tag(501, {0: 'a realm', 1: [tag(506, cbor2.dumps(comid))], 3: profile})


def taken():
    """(what, claims, CoRIM): each affirms the token of the claims."""
    for hash_name in SIZES:
        root = claims(hash_name=hash_name)
        yield hash_name, root, corim(triple(root['realm']['claims'], hash_name))
        yield f'{hash_name} by name', root, corim(triple(root['realm']['claims'], hash_name, True))
    root = claims()
    realm = root['realm']['claims']
    for profile in PROFILES:
        yield profile, root, corim(triple(realm), profile=profile)
        yield f'{profile} as URI', root, corim(triple(realm), profile=tag(32, profile))
    other = changed(root, 'realm/claims/initial_measurement', measurement(70))['realm']['claims']
    yield 'the second of two', root, corim(triple(other), triple(realm))
    environment, values = triple(realm)
    yield 'only a RIM', root, corim([environment, values[:1]])


def refusing():
    """(check, reason, CoRIM): none affirms the token of claims()."""
    root = claims()
    for check, reason, name, value in (('rim', 'rim-differs', 'initial_measurement', measurement(71)),
                                       ('rems', 'rem-differs', 'extensible_measurements', [measurement(72)] * 4),
                                       ('rpv', 'rpv-differs', 'personalization_value', challenge(73))):
        yield check, reason, corim(triple(changed(root, f'realm/claims/{name}', value)['realm']['claims']))


def bad():
    """(text in the message, CoRIM or bytes): each is refused as a reference."""
    realm = claims()['realm']['claims']
    environment, values = triple(realm)
    good = cbor2.dumps(corim(triple(realm)))
    yield 'the bytes end inside an item', good[:-1]
    yield 'bytes follow the item', good + b'\0'
    yield 'neither JSON nor an unsigned CoRIM', tag(18, [b'', {}, good, b''])
    yield 'the profile is not that of CCA realms', corim(triple(realm), profile='tag:arm.com,2025:cca_platform#1.0.0')
    yield 'there is no CoMID', tag(501, {0: 'x', 1: [], 3: PROFILES[0]})
    yield 'is no CoMID', tag(501, {0: 'x', 1: [tag(505, b'')], 3: PROFILES[0]})
    yield 'the bytes end inside an item', tag(501, {0: 'x', 1: [tag(506, b'\xa1')], 3: PROFILES[0]})
    yield 'without reference values', corim()
    yield 'no pair of environment and measurements', corim([environment])
    yield 'no class id', corim([{}, values])
    yield 'no class id', corim([{0: {}}, values])
    yield 'there is no cca.rim', corim([environment, values[1:]])
    yield 'the class id is not the RIM', corim([{0: {0: tag(560, bytes(32))}}, values])
    yield 'none of cca.rim', corim([environment, values + [digest('cca.rem4', bytes(32))]])
    yield 'one digest', corim([environment, [{0: 'cca.rim', 1: {2: [[1, bytes(32)], [1, bytes(32)]]}}]])
    yield 'one digest', corim([environment, [digest('cca.rim', bytes(31))]])
    yield '64 bytes as raw value', corim([environment, values[:1] + [{0: 'cca.rpv', 1: {4: bytes(63)}}]])
    yield 'no key or no value', corim([environment, [{0: 'cca.rim'}]])


def main():
    """Run every case."""
    key_make('platform')
    key_make('realm')
    found, count = [], 0

    def reference(value):
        with open('reference.corim', 'wb') as f:
            f.write(value if isinstance(value, bytes) else cbor2.dumps(value))
        return '--reference', 'reference.corim'

    for what, root, value in taken():
        code, result, err = verify(token_make(root), *reference(value))
        count += 1
        if code != 0 or checks(result)['rim'][1] != 'ok':
            found.append(f'{what}: exit {code} {err}')
    token = token_make(claims())
    for check, reason, value in refusing():
        code, result, _ = verify(token, *reference(value))
        count += 1
        if code != 1 or checks(result)[check][1] != reason:
            found.append(f'{check}: exit {code}, {checks(result)[check]}, expected {reason}')
    for text, value in bad():
        code, result, err = verify(token, *reference(value))
        count += 1
        if code != 2 or result is not None or text not in err or 'reference.corim: byte ' not in err:
            found.append(f'exit {code}, {err.strip()}; expected {text}')
    print(*found, f'{count} cases, {len(found)} wrong', sep='\n')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
