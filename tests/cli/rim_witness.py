#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# rim_witness.py - computes RIM and REMs of an event list by any rule set, with nothing of reeve.
"""rim_witness.py RULES GRANULE LIST [schema SCHEMA]: print the RIM, then a line `remN HEX` for each REM that was extended.

Written from the attestation fact sheet, sections 1 and 2: sets A (1.0), B (tf-rmm-0.9), C (2.0-beta)."""
import hashlib
import json
import os
import struct
import sys

import jsonschema

DATA, REC, RIPAS = 0, 1, 2
NUMBERS = {'sha-256': 0, 'sha-512': 1, 'sha-384': 2}
# The sizes of table entries by the IPA width, largest first.
BLOCKS = ((44, (39, 30, 21, 12)), (35, (30, 21, 12)), (26, (21, 12)))


def number(value):
    """A JSON number, or one written as text."""
    return value if isinstance(value, int) else int(value, 16 if value.startswith('0x') else 10)


def read(path):
    """The events: an array, or objects one after another."""
    with open(path, encoding='utf-8') as f:
        text = f.read().strip()
    if text.startswith('['):
        return json.loads(text)
    decoder = json.JSONDecoder()
    events = []
    while text:
        event, end = decoder.raw_decode(text)
        events.append(event)
        text = text[end:].lstrip()
    return events


class Realm:
    """One realm's measurements."""

    def __init__(self, rules, granule, folder):
        self.rules, self.granule, self.folder = rules, granule, folder
        self.rem = {}
        self.rim = self.hash = self.bits = None

    def create(self, event):
        """REALM_CREATE."""
        name = event.get('hash', 'sha-256')
        self.hash = lambda data: hashlib.new(name.replace('-', ''), data).digest()
        self.bits = number(event.get('s2sz', 40))
        image = bytearray(4096)
        struct.pack_into('<Q', image, 0, number(event.get('flags', 0)))
        for offset, member, default in ((0x08, 's2sz', 40), (0x10, 'sve_vl', 0), (0x18, 'num_bps', 1),
                                        (0x20, 'num_wps', 1), (0x28, 'pmu_num_ctrs', 0)):
            image[offset] = number(event.get(member, default))
        image[0x30] = NUMBERS[name]
        self.rim = bytes(len(self.hash(b''))) if self.rules == '2.0-beta' else self.hash(bytes(image))

    def extend(self, kind, tail):
        """The RIM is the hash of 256 bytes: type, length, RIM, and what the type has."""
        head = struct.pack('<B7xQ', kind, 0x100) + self.rim.ljust(64, b'\0')
        self.rim = self.hash((head + tail).ljust(0x100, b'\0'))

    def ripas(self, event):
        """RTT_INIT_RIPAS: one extension an entry, as large as alignment allows."""
        at, top = number(event['base']), number(event['top'])
        if self.rules != '1.0':
            return
        shifts = next(s for least, s in BLOCKS if self.bits >= least)
        if 'level' in event:
            shifts = (12 + 9 * (3 - event['level']),)
        while at < top:
            size = next(1 << s for s in shifts if at % (1 << s) == 0 and at + (1 << s) <= top)
            self.extend(RIPAS, struct.pack('<QQ', at, at + size))
            at += size

    def data(self, event):
        """DATA_CREATE, a granule at a time."""
        ipa, measured = number(event['ipa']), event.get('measured', True)
        if 'content' in event:
            digests = [bytes.fromhex(event['content'])]
        else:
            content = bytes(number(event['zero'])) if 'zero' in event else self.bytes_of(event)
            pages = [content[i:i + self.granule].ljust(self.granule, b'\0')
                     for i in range(0, len(content), self.granule)]
            digests = [self.hash(page) for page in pages]
        for i, digest in enumerate(digests):
            self.extend(DATA, struct.pack('<QQ', ipa + i * self.granule, int(measured)) + (digest if measured else b''))

    def bytes_of(self, event):
        """What a file holds."""
        with open(os.path.join(self.folder, event['file']), 'rb') as f:
            content = f.read()[number(event.get('offset', 0)):]
        return content[:number(event['size'])] if 'size' in event else content

    def unknown(self, event):
        """Not measured."""

    def activate(self, event):
        """Not measured."""

    def rec(self, event):
        """REC_CREATE."""
        if not event.get('runnable', True):
            return
        image = bytearray(self.granule)
        struct.pack_into('<Q', image, 0, 1)
        struct.pack_into('<Q', image, 0x200, number(event.get('pc', 0)))
        for i, gpr in enumerate(event.get('gprs', [])):
            struct.pack_into('<Q', image, 0x300 + 8 * i, number(gpr))
        self.extend(REC, self.hash(bytes(image)))

    def rem_extend(self, event):
        """RSI_MEASUREMENT_EXTEND."""
        old = self.rem.get(event['index'], bytes(len(self.rim)))
        value = bytes.fromhex(event['value'])
        if self.rules == '2.0-beta':
            old, value = old.ljust(64, b'\0'), value.ljust(64, b'\0')
        self.rem[event['index']] = self.hash(old + value)


def main():
    """Measure, and print."""
    rules, granule, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    realm = Realm(rules, granule, os.path.dirname(path))
    events = read(path)
    if sys.argv[4:5] == ['schema']:
        with open(sys.argv[5], encoding='utf-8') as f:
            schema = json.load(f)
        jsonschema.Draft202012Validator.check_schema(schema)
        for event in events:
            jsonschema.Draft202012Validator(schema).validate(event)
    for event in events:
        (realm.rem_extend if event['event'] == 'rem' else getattr(realm, event['event']))(event)
    print(realm.rim.hex())
    for index, value in sorted(realm.rem.items()):
        print(f'rem{index} {value.hex()}')


if __name__ == '__main__':
    main()
