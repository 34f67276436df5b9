# SPDX-License-Identifier: BSD-2-Clause
# token_world - keys, claims and tokens for the tests of `reeve token` and `reeve verify`, made with openssl and reeve
"""Shared by token_cases.py and token_witness.py; keys are made in the working directory."""
import copy
import json
import os
import subprocess

import jsonschema

SCHEMAS = {}
CURVES = {'ES256': 'P-256', 'ES384': 'P-384', 'ES512': 'P-521'}
PROFILES = {
    'legacy': ('http://arm.com/CCA-SSD/1.0.0', None),
    '2023': ('tag:arm.com,2023:cca_platform#1.0.0', 'tag:arm.com,2023:realm#1.0.0'),
    '2024': ('tag:arm.com,2024:cca_platform#2.0.0', 'tag:arm.com,2024:realm#2.0.0'),
    '2026': ('tag:arm.com,2026:cca_platform#2.0.0', 'tag:arm.com,2026:realm#2.0.0'),
}
SIZES = {'sha-256': 32, 'sha-384': 48, 'sha-512': 64}


def run(*words, **options):
    """A command, its output as text; its exit code is looked at by the caller."""
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, **options)


def openssl(*words):
    """openssl, which must succeed."""
    return subprocess.run(('openssl',) + words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout


def key_make(name, curve='P-384'):
    """NAME.pem, which only the owner can read, and NAME.pub."""
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', f'ec_paramgen_curve:{curve}', '-out', f'{name}.pem')
    os.chmod(f'{name}.pem', 0o600)
    openssl('pkey', '-in', f'{name}.pem', '-pubout', '-out', f'{name}.pub')
    return name


def measurement(seed, hash_name='sha-256'):
    """A digest's worth of bytes that are no pattern."""
    return bytes((seed * 37 + i * i * 11 + i * 5) % 256 for i in range(SIZES[hash_name])).hex()


def claims(profile='2023', hash_name='sha-256', tag=399):
    """A right token's claims, without what `reeve token make` makes itself."""
    platform, realm = PROFILES[profile]
    root = {'tag': tag, 'platform': {'claims': {
        'profile': platform, 'implementation_id': measurement(1), 'instance_id': '01' + measurement(2),
        'configuration': 'cfcfcfcf', 'security_lifecycle': 0x3003, 'hash_algorithm': 'sha-256',
        'software_components': [{'type': 'RMM', 'measurement': measurement(3), 'signer': measurement(4)}]}},
            'realm': {'claims': {
                'challenge': challenge(5), 'personalization_value': '00' * 64, 'hash_algorithm': hash_name,
                'initial_measurement': measurement(6, hash_name), 'public_key_hash_algorithm': 'sha-256',
                'extensible_measurements': [measurement(7 + i, hash_name) for i in range(4)]}}}
    if realm is not None:
        root['realm']['claims']['profile'] = realm
    if profile == '2024':
        root['platform']['claims']['client_id'] = 1
        root['realm']['claims']['memory_encryption_policy'] = 1
    return root


def challenge(seed):
    """64 bytes in hexadecimal."""
    return measurement(seed, 'sha-512')


def reference(root, **changes):
    """The reference that a token of these claims meets."""
    realm = root['realm']['claims']
    values = {'reference': 'reeve-realm-1', 'rules': '1.0', 'hash': realm['hash_algorithm'], 'granule': 4096,
              'rim': realm['initial_measurement'], 'rem': list(realm['extensible_measurements']),
              'rpv': realm['personalization_value']}
    values.update(changes)
    return values


def token_make(root, platform='platform', realm='realm'):
    """The token's bytes."""
    with open('claims.json', 'w', encoding='utf-8') as f:
        json.dump(root, f)
    made = run('reeve', 'token', 'make', '--platform-key', f'{platform}.pem', '--realm-key', f'{realm}.pem', 'claims.json')
    if made.returncode != 0:
        raise RuntimeError(made.stderr.decode())
    return made.stdout


def is_valid(name, value):
    """Raise what docs/NAME.schema.json has against a value."""
    if name not in SCHEMAS:
        with open(os.path.join(os.environ['SRC'], f'docs/{name}.schema.json'), encoding='utf-8') as f:
            schema = json.load(f)
        jsonschema.Draft202012Validator.check_schema(schema)
        SCHEMAS[name] = jsonschema.Draft202012Validator(schema)
    SCHEMAS[name].validate(value)


def show(token):
    """What `reeve token show --json` says, by its schema."""
    done = run('reeve', 'token', 'show', '--json', '-', input=token)
    value = json.loads(done.stdout)
    is_valid('token', value)
    return value


def verify(token, *words, anchor='platform.pub'):
    """(exit code, what `reeve verify --json` says, by its schema, or None, standard error)."""
    with open('token.cbor', 'wb') as f:
        f.write(token)
    anchors = ('--platform-anchor', anchor) if anchor else ()
    done = run('reeve', 'verify', '--json', *anchors, *words, 'token.cbor')
    result = json.loads(done.stdout) if done.stdout else None
    if result is not None:
        is_valid('verify', result)
    return done.returncode, result, done.stderr.decode()


def checks(result):
    """check -> (outcome, reason, text)."""
    return {c['check']: (c['outcome'], c['reason'], c['text'])
            for part in result['submods'].values() for c in part['ear_verifier_claims']['checks']}


def changed(root, path, value):
    """A copy with the member at 'realm.claims.x' set; `...` takes it away."""
    root = copy.deepcopy(root)
    *folders, last = path.split('/')
    at = root
    for name in folders:
        at = at.setdefault(name, {})
    if value is ...:
        del at[last]
    else:
        at[last] = value
    return root
