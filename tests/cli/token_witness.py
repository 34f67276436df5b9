#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# token_witness - what `reeve token make` writes, against python3-cbor2 and the openssl command line
"""Each byte of a made token is what cbor2 writes of the same items, and openssl verifies both signatures; of the shipped ones as well."""
import hashlib
import os
import sys

import cbor2
from token_world import CURVES, PROFILES, claims, key_make, openssl, run, token_make

HASHES = {-7: 'sha256', -35: 'sha384', -36: 'sha512'}


def der_integer(data):
    """r or s as DER has it."""
    data = data.lstrip(b'\0') or b'\0'
    data = b'\0' + data if data[0] & 0x80 else data
    return b'\x02' + bytes([len(data)]) + data


def der(signature):
    """r || s as DER."""
    half = len(signature) // 2
    body = der_integer(signature[:half]) + der_integer(signature[half:])
    return b'\x30' + (bytes([len(body)]) if len(body) < 128 else b'\x81' + bytes([len(body)])) + body


def is_signed(sign1, key):
    """What openssl says of a COSE_Sign1."""
    protected, _, payload, signature = sign1
    with open('signed.bin', 'wb') as f:
        f.write(cbor2.dumps(['Signature1', protected, b'', payload]))
    with open('signature.der', 'wb') as f:
        f.write(der(signature))
    done = run('openssl', 'dgst', '-' + HASHES[cbor2.loads(protected)[1]], '-verify', key, '-signature', 'signature.der', 'signed.bin')
    return done.returncode == 0


def rak_write(realm, name):
    """The public half of the RAK of a realm token as PEM, by openssl: SubjectPublicKeyInfo of P-256, P-384, P-521."""
    rak = cbor2.loads(realm)[44237]
    if rak[0] != 4:
        key = cbor2.loads(rak)
        rak = b'\x04' + key[-2] + key[-3]
    curve = {65: '06082a8648ce3d030107', 97: '06052b81040022', 133: '06052b81040023'}[len(rak)]
    algorithm = bytes.fromhex('06072a8648ce3d0201' + curve)
    bits = b'\x03' + (b'\x81' if len(rak) > 126 else b'') + bytes([len(rak) + 1]) + b'\0' + rak
    body = b'\x30' + bytes([len(algorithm)]) + algorithm + bits
    head = b'\x30' + (b'\x81' if len(body) > 127 else b'') + bytes([len(body)])
    with open('rak.der', 'wb') as f:
        f.write(head + body)
    openssl('pkey', '-pubin', '-inform', 'DER', '-in', 'rak.der', '-pubout', '-out', name)
    return rak


def complaints(name, token, anchor):
    """What is not as the witnesses have it."""
    whole = cbor2.loads(token)
    parts = {k: v[1] if whole.tag == 907 else v for k, v in whole.value.items()}
    platform, realm = (cbor2.loads(parts[label]).value for label in (44234, 44241))
    rak_write(realm[2], 'rak.pub')
    if not is_signed(platform, anchor):
        yield f'{name}: openssl does not verify the platform token'
    if not is_signed(realm, 'rak.pub'):
        yield f'{name}: openssl does not verify the realm token'
    if cbor2.dumps(whole) != token or any(cbor2.dumps(cbor2.loads(p)) != p for p in (*parts.values(), platform[2], realm[2])):
        yield f'{name}: cbor2 writes other bytes'


def binding_complaints(name, token):
    """The binding of a made token, by hashlib."""
    whole = cbor2.loads(token)
    parts = {k: v[1] if whole.tag == 907 else v for k, v in whole.value.items()}
    platform, realm = (cbor2.loads(cbor2.loads(parts[label]).value[2]) for label in (44234, 44241))
    if hashlib.sha256(realm[44237]).digest() not in (platform.get(10), platform.get(2408)):
        yield f'{name}: the platform token does not have the digest of the RAK'


def main():
    """Made tokens of every profile, envelope and algorithm, and those that others made."""
    vectors = os.path.join(os.environ['SRC'], 'tests/vectors')
    found, count = [], 0
    for algorithm, curve in CURVES.items():
        key_make(f'platform-{algorithm}', curve)
        key_make(f'realm-{algorithm}', curve)
        for profile in PROFILES:
            for tag in (399, 907):
                name = f'{algorithm} {profile} {tag}'
                token = token_make(claims(profile, 'sha-512', tag), f'platform-{algorithm}', f'realm-{algorithm}')
                found += complaints(name, token, f'platform-{algorithm}.pub')
                found += binding_complaints(name, token)
                count += 1
    for name in ('tf-rmm-cca_token.cbor', 'bug-33-repro.cbor', 'draft-2023.cbor'):
        with open(os.path.join(vectors, name), 'rb') as f:
            found += complaints(name, f.read(), os.path.join(vectors, 'tf-rmm-cca_platform.pub'))
        count += 1
    print(*found, f'{count} tokens, {len(found)} wrong', sep='\n')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
