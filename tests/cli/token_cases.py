#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# token_cases - every finding of spec/findings.def is met by a token that deserves it, and every right token is affirmed
"""token_cases.py PART, with reeve on PATH and $SRC set: the parts in the order of PARTS, in one directory. A line for each case that is not as
it should be, then a sum."""
import hashlib
import json
import os
import re
import sys

import cbor2
from token_world import (CURVES, PROFILES, SIZES, challenge, changed, checks, claims, key_make, measurement, reference, show,
                         token_make, verify)

P, R = 'platform/claims/', 'realm/claims/'
BASE = claims()
RIM = BASE['realm']['claims']['initial_measurement']


def rak_hash(root, algorithm, point=False):
    """The digest of the RAK that a made token has."""
    parts = cbor2.loads(token_make(root)).value
    rak = cbor2.loads(cbor2.loads(parts[44241]).value[2])[44237]
    if point:
        key = cbor2.loads(rak)
        rak = b'\x04' + key[-2] + key[-3]
    return hashlib.new(algorithm, rak).hexdigest()


def other_part(token, other, label):
    """The token with the other's part."""
    mine, theirs = cbor2.loads(token), cbor2.loads(other)
    mine.value[label] = theirs.value[label]
    return cbor2.dumps(mine)


def with_sign1(token, label, at, change):
    """The token with one member of a part's COSE_Sign1 changed."""
    whole = cbor2.loads(token)
    sign1 = cbor2.loads(whole.value[label])
    sign1.value[at] = change(sign1.value[at])
    whole.value[label] = cbor2.dumps(sign1)
    return cbor2.dumps(whole)


def written(name, values):
    """A file of JSON."""
    with open(name, 'w', encoding='utf-8') as f:
        json.dump(values, f)
    return name


def refer(name='reference.json', root=BASE, **changes):
    """--reference with what meets `root`, but for the changes."""
    return '--reference', written(name, reference(root, **changes))


def policy(**members):
    """--policy."""
    return '--policy', written('policy.json', members)


def claim_cases():
    """(check, reason, claims changed, arguments): one claim is wrong."""
    yield 'profile', 'profile-unknown', changed(BASE, P + 'profile', 'tag:example.com,2023:other'), ()
    yield 'profile', 'profile-mixed', changed(BASE, R + 'profile', PROFILES['2024'][1]), ()
    yield 'profile', 'profile-mixed', changed(BASE, R + 'profile', ...), ()
    yield 'platform-claims', 'claim-missing', changed(BASE, P + 'configuration', ...), ()
    yield 'platform-claims', 'claim-length', changed(BASE, P + 'implementation_id', '00' * 31), ()
    yield 'platform-claims', 'claim-length', changed(BASE, P + 'software_components', []), ()
    yield 'platform-claims', 'claim-ueid', changed(BASE, P + 'instance_id', '02' * 33), ()
    yield 'platform-claims', 'claim-value', changed(claims('2024'), P + 'client_id', 2), ()
    yield 'platform-claims', 'claim-component', changed(BASE, P + 'software_components', [{'signer': '00' * 32}]), ()
    yield 'realm-claims', 'claim-missing', changed(BASE, R + 'challenge', ...), ()
    yield 'realm-claims', 'claim-missing', changed(claims('2024'), R + 'memory_encryption_policy', ...), ()
    yield 'realm-claims', 'claim-length', changed(BASE, R + 'personalization_value', '00' * 63), ()
    yield 'realm-claims', 'key-form', changed(claims('legacy'), R + 'public_key', key_as_cose()), ()
    yield 'platform-signature', 'no-anchor', BASE, None
    yield 'platform-signature', 'algorithm-unknown', changed(BASE, 'platform/algorithm', -8), ()
    yield 'realm-signature', 'algorithm-unknown', changed(BASE, 'realm/algorithm', -8), ()
    yield 'platform-signature', 'anchor-curve', changed(BASE, 'platform/algorithm', -7), ()
    yield 'realm-signature', 'key-curve', changed(BASE, 'realm/algorithm', -7), ()
    yield 'realm-signature', 'key-invalid', changed(BASE, R + 'public_key', key_as_cose(lambda y: bytes(len(y)))), ()
    yield 'binding', 'binding-canned', changed(BASE, P + 'challenge', bytes(range(32)).hex()), ()
    yield 'binding', 'binding-canned', changed(BASE, P + 'challenge', bytes(i ^ 7 for i in range(32)).hex()), ()
    yield 'binding', 'binding-padded', changed(BASE, P + 'challenge', rak_hash(BASE, 'sha256') + '00' * 32), ()
    yield 'binding', 'binding-hash', changed(BASE, P + 'challenge', rak_hash(BASE, 'sha512')), ()
    yield 'binding', 'binding-encoding', changed(BASE, P + 'challenge', rak_hash(BASE, 'sha256', True)), ()
    yield 'binding', 'binding-differs', changed(BASE, P + 'challenge', measurement(99)), ()
    yield 'binding', 'claim-value', changed(changed(BASE, P + 'challenge', measurement(99)),
                                            R + 'public_key_hash_algorithm', 'md5'), ()
    yield 'challenge', 'challenge-differs', BASE, ('--challenge', challenge(98))
    yield 'challenge', 'challenge-canned', changed(BASE, R + 'challenge', 'ab' * 64), ('--challenge', challenge(98))
    yield 'challenge', 'challenge-needed', BASE, policy(require=['challenge'])


def realm_cases():
    """The same, of lifecycle and measurements."""
    for lifecycle, reason in ((0x3103, 'invalid'), (0x7000, 'invalid'), (0x13003, 'invalid'), (0x4001, 'debug'), (0x5000, 'debug'),
                              (0x0000, 'refused'), (0x1000, 'refused'), (0x2000, 'refused'), (0x6000, 'refused')):
        yield 'lifecycle', f'lifecycle-{reason}', changed(BASE, P + 'security_lifecycle', lifecycle), ()
    yield 'measurements', 'hash-unknown', changed(BASE, R + 'hash_algorithm', 'sha-1'), ()
    yield 'measurements', 'rim-padded', changed(BASE, R + 'initial_measurement', RIM + '00' * 32), ()
    yield 'measurements', 'rim-length', changed(BASE, R + 'initial_measurement', measurement(6, 'sha-384')), ()
    yield 'measurements', 'rem-count', changed(BASE, R + 'extensible_measurements', [measurement(7)] * 3), ()
    yield 'measurements', 'rem-count', changed(BASE, R + 'extensible_measurements', [measurement(7)] * 5), ()
    yield 'measurements', 'rem-length', changed(BASE, R + 'extensible_measurements',
                                                [measurement(7)] * 3 + [measurement(7, 'sha-512')]), ()
    for wrong in (2, 'secret'):
        yield 'memory-encryption', 'memory-unknown', changed(claims('2024'), R + 'memory_encryption_policy', wrong), ()
    for shared in (0, 'shared'):
        yield ('memory-encryption', 'memory-shared', changed(claims('2024'), R + 'memory_encryption_policy', shared),
               policy(memory_encryption='private'))
    yield 'memory-encryption', 'memory-shared', BASE, policy(memory_encryption='private')
    yield 'platform', 'implementation-differs', BASE, policy(implementation_id='11' * 32)
    yield 'platform', 'instance-differs', BASE, policy(instance_id='01' + '11' * 32)
    yield 'rim', 'reference-needed', BASE, policy(require=['reference'])


def reference_cases():
    """The same, of what references say; arguments are made when the case is run, for they are in one file."""
    yield 'rim', 'rim-differs', BASE, lambda: refer(rim=measurement(50))
    yield 'rim', 'rim-other-rules', BASE, lambda: refer(rim=measurement(50), other_rims={'tf-rmm-0.9': RIM, '2.0-beta': '11' * 32})
    yield 'rim', 'rim-other-hash', BASE, lambda: refer(hash='sha-512', rim=measurement(6, 'sha-512'))
    yield 'rim', 'rim-reference-padded', BASE, lambda: refer(rim=RIM + '00' * 32)
    yield 'rim', 'rim-padded', changed(BASE, R + 'initial_measurement', RIM + '00' * 32), refer
    yield 'rim', 'rim-canned', changed(BASE, R + 'initial_measurement', '00' * 32), refer
    yield 'rems', 'rem-differs', BASE, lambda: refer(rem=[None, None, measurement(51), None])
    yield 'rpv', 'rpv-differs', BASE, lambda: refer(rpv='11' * 64)


def key_as_cose(change_y=lambda y: y):
    """The realm's key as COSE_Key, in hexadecimal, with another y."""
    parts = cbor2.loads(token_make(BASE)).value
    key = cbor2.loads(cbor2.loads(cbor2.loads(parts[44241]).value[2])[44237])
    key[-3] = change_y(key[-3])
    return cbor2.dumps(key).hex()


class Judge:
    """Counts cases and remembers which reasons were met."""

    def __init__(self):
        self.cases = 0
        self.bad = 0
        self.met = set()

    def say(self, what):
        """One line for a case that is not as it should be."""
        self.bad += 1
        print(what)

    def refused(self, token, check, reason, words, anchor='platform.pub'):
        """The check gives the reason, and the verdict is refused."""
        self.cases += 1
        show(token)
        code, result, err = verify(token, *words, anchor=anchor)
        found = checks(result)[check][1] if result else err.strip()
        self.met.add(found)
        if code != 1 or found != reason:
            self.say(f'{check}: exit {code}, {found}; expected 1, {reason}')

    def affirmed(self, what, token, words):
        """Every check passes or was not asked for."""
        self.cases += 1
        show(token)
        code, result, err = verify(token, *words)
        refusals = [f'{c} {v[1]}' for c, v in checks(result).items() if v[0] == 'refused'] if result else err
        if code != 0 or refusals or {s['ear_status'] for s in result['submods'].values()} != {'affirming'}:
            self.say(f'{what}: exit {code}, {refusals}; expected 0')


def right_tokens(judge):
    """All profiles, envelopes, hashes and algorithms."""
    for profile in PROFILES:
        for tag in (399, 907):
            for hash_name in SIZES:
                root = claims(profile, hash_name, tag)
                judge.affirmed(f'{profile} {tag} {hash_name}', token_make(root),
                               ('--challenge', root['realm']['claims']['challenge'], *refer(root=root)))
    for algorithm, curve in CURVES.items():
        key_make(f'platform-{algorithm}', curve)
        key_make(f'realm-{algorithm}', curve)
        token = token_make(BASE, f'platform-{algorithm}', f'realm-{algorithm}')
        judge.affirmed(algorithm, token, ('--platform-anchor', f'platform-{algorithm}.pub', *refer()))
    for private in (1, 'private'):
        root = changed(claims('2024'), R + 'memory_encryption_policy', private)
        judge.affirmed(f'memory {private}', token_make(root), policy(memory_encryption='private'))
    judge.affirmed('debug accepted', token_make(changed(BASE, P + 'security_lifecycle', 0x4001)),
                   policy(lifecycle=['debug outside the root of trust']))
    judge.affirmed('platform of the policy', token_make(BASE),
                   policy(implementation_id=BASE['platform']['claims']['implementation_id'],
                          instance_id=BASE['platform']['claims']['instance_id']))
    judge.affirmed('an unknown claim', token_make(changed(BASE, 'realm/unknown/70000', 'f5')), refer())
    judge.affirmed('one of two references', token_make(BASE), refer('a.json', rim=measurement(50)) + refer('b.json'))


def stolen_tokens(judge):
    """A good signature under another key, parts of two tokens, a challenge that was answered before, and bytes changed."""
    mine = token_make(BASE)
    theirs = token_make(changed(BASE, R + 'challenge', challenge(60)), 'stranger', 'stranger-realm')
    judge.refused(theirs, 'platform-signature', 'signature-bad', ())
    judge.refused(token_make(BASE, realm='realm') and
                  token_make(changed(BASE, R + 'public_key', key_as_cose()), realm='stranger-realm'),
                  'realm-signature', 'signature-bad', ())
    judge.refused(other_part(mine, theirs, 44241), 'binding', 'binding-differs', ())
    judge.refused(other_part(theirs, mine, 44241), 'binding', 'binding-differs', (), anchor='stranger.pub')
    # Two realms of one machine have one RAK: what tells them apart is the challenge, and the reference.
    sister = changed(changed(BASE, R + 'challenge', challenge(61)), R + 'initial_measurement', measurement(62))
    swapped = other_part(mine, token_make(sister), 44241)
    judge.refused(swapped, 'challenge', 'challenge-differs', ('--challenge', challenge(5)))
    judge.refused(swapped, 'rim', 'rim-differs', refer())
    judge.refused(mine, 'challenge', 'challenge-differs', ('--challenge', challenge(63)))
    for label, check in ((44234, 'platform-signature'), (44241, 'realm-signature')):
        judge.refused(with_sign1(mine, label, 3, lambda s: s[:-1]), check, 'signature-length', ())
        judge.refused(with_sign1(mine, label, 3, lambda s: s[48:] + s[:48]), check, 'signature-bad', ())
        judge.refused(with_sign1(mine, label, 0, lambda h: cbor2.dumps({**cbor2.loads(h), 4: bytes(300)})), check, 'header-size', ())


def refused_tokens(judge, cases):
    """One wrong thing each."""
    for check, reason, root, words in cases:
        words, anchor = ((), None) if words is None else (words() if callable(words) else words, 'platform.pub')
        judge.refused(token_make(root), check, reason, words, anchor)


def all_met(judge):
    """Every reason to refuse that there is was met by one of the parts before."""
    with open(os.path.join(os.environ['SRC'], 'spec/findings.def'), encoding='utf-8') as f:
        named = set(re.findall(r'FINDING\(\w+, REFUSED, \w+,\s*"([^"]+)"', f.read()))
    with open('met', encoding='utf-8') as f:
        met = set(f.read().split())
    judge.cases = len(named)
    for reason in sorted(named - met):
        judge.say(f'{reason}: no case meets it')


PARTS = {
    'right': right_tokens,
    'claims': lambda judge: refused_tokens(judge, claim_cases()),
    'realm': lambda judge: refused_tokens(judge, realm_cases()),
    'references': lambda judge: refused_tokens(judge, reference_cases()),
    'stolen': stolen_tokens,
    'all-met': all_met,
}


def main():
    """Run one part; what it meets is added to the file met."""
    for name in ('platform', 'realm', 'stranger', 'stranger-realm'):
        if not os.path.exists(f'{name}.pem'):
            key_make(name)
    judge = Judge()
    PARTS[sys.argv[1]](judge)
    with open('met', 'a', encoding='utf-8') as f:
        print(*judge.met, sep='\n', file=f)
    print(f'{sys.argv[1]}: {judge.cases} cases, {judge.bad} wrong')
    return 1 if judge.bad else 0


if __name__ == '__main__':
    sys.exit(main())
