#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# rim_from_trace.py - recomputes a realm's RIM from a JSON trace alone, with nothing of reeve.
"""rim_from_trace.py TRACE: print the RIM of realm 1 in hexadecimal. Rules: RMM v1.0 section A7.1."""
import hashlib
import json
import struct
import sys

GRANULE = 4096
HASHES = [hashlib.sha256, hashlib.sha512]
DATA, REC, RIPAS = 0, 1, 2


def word(text):
    """A number, or one written as "0x…"."""
    return text if isinstance(text, int) else int(text, 16)


def realm_image(params):
    """RmiRealmParams with what is measured of it, and zeroes elsewhere."""
    image = bytearray(GRANULE)
    struct.pack_into('<Q', image, 0x00, params['flags'])
    for offset, name in ((0x08, 's2sz'), (0x10, 'sve_vl'), (0x18, 'num_bps'), (0x20, 'num_wps'),
                         (0x28, 'pmu_num_ctrs'), (0x30, 'hash_algo')):
        image[offset] = params[name]
    return bytes(image)


def rec_image(params):
    """RmiRecParams with what is measured of it."""
    image = bytearray(GRANULE)
    struct.pack_into('<Q', image, 0x000, params['flags'])
    struct.pack_into('<Q', image, 0x200, word(params['pc']))
    struct.pack_into('<8Q', image, 0x300, *map(word, params['gprs']))
    return bytes(image)


def descriptor(kind, rim, tail):
    """The 256 bytes an extension hashes: type, length, RIM, and what follows it at 0x50."""
    head = struct.pack('<B7xQ', kind, 0x100) + rim.ljust(64, b'\0')
    return (head + tail).ljust(0x100, b'\0')


def outcome(call):
    """What the monitor made of the call, which a plan of faults may have told the host otherwise; None: it never had it."""
    return None if call.get('fault') == 'refused' else call.get('monitor', call)


def extensions(call, digest):
    """What the call appends to the RIM: (type, tail) in order."""
    if call['cmd'] == 'RMI_DATA_CREATE':
        flags = word(call['args']['flags'])
        content = bytes.fromhex(call['content']) if flags & 1 else b''
        yield DATA, struct.pack('<QQ', word(call['args']['ipa']), flags) + content
    elif call['cmd'] == 'RMI_REC_CREATE' and call['params']['flags'] & 1:
        yield REC, digest(rec_image(call['params'])).digest()
    elif call['cmd'] == 'RMI_RTT_INIT_RIPAS':
        at = word(call['args']['base'])
        for entry in call['entries']:
            size = 1 << (12 + 9 * (3 - entry['level']))
            if word(entry['base']) != at or word(entry['out_top']) != at + size:
                raise ValueError(f'call {call["n"]}: entries do not follow each other')
            at += size
            yield RIPAS, struct.pack('<QQ', word(entry['base']), word(entry['out_top']))
        if at != word(outcome(call)['out']['out_top']):
            raise ValueError(f'call {call["n"]}: entries do not reach out_top')


def rim_of(lines):
    """The RIM of realm 1."""
    rim = digest = None
    for line in lines:
        call = json.loads(line)
        done = outcome(call)
        if done is None or done['status'] != 'SUCCESS' or call['realm'] != 1:
            continue
        if call['cmd'] == 'RMI_REALM_CREATE':
            digest = HASHES[call['params']['hash_algo']]
            rim = digest(realm_image(call['params'])).digest()
            continue
        for kind, tail in extensions(call, digest):
            rim = digest(descriptor(kind, rim, tail)).digest()
    if rim is None:
        raise ValueError('no realm was created')
    return rim


if __name__ == '__main__':
    with open(sys.argv[1], encoding='utf-8') as trace:
        print(rim_of(trace).hex())
