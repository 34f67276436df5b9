#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# cbor_rows - drawn CBOR items as python3-cbor2 writes them, and bytes near them with what cbor2 makes of those
"""cbor_rows.py COUNT SEED: lines of `good HEX` (an item that cbor2 wrote), `same HEX` and `else HEX` (bytes changed since: cbor2 reads
them and writes the same again, or does not)."""
import io
import random
import sys

import cbor2
import cbor2.decoder
import cbor2.encoder

# A tag is a number in front of an item here, not a date and not a bignum.
cbor2.decoder.semantic_decoders.clear()


def number(rng):
    """An integer near the edges of heads, of either sign."""
    edge = rng.choice((0, 23, 24, 255, 256, 65535, 65536, 2 ** 32 - 1, 2 ** 32, 2 ** 63 - 1, 2 ** 64 - 1))
    value = max(0, min(2 ** 64 - 1, edge + rng.randint(-2, 2)))
    return value if rng.random() < 0.6 else -1 - value


def text(rng):
    """Characters of one to four bytes."""
    return ''.join(chr(rng.choice((0x41, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff)))
                   for _ in range(rng.choice((0, 1, 5, 30))))


def item(rng, depth):
    """Any item that tokens may hold."""
    kind = rng.randrange(6 if depth >= 5 else 9)
    if kind < 2:
        return number(rng)
    if kind == 2:
        return rng.randbytes(rng.choice((0, 1, 23, 24, 33, 300)))
    if kind == 3:
        return text(rng)
    if kind < 6:
        return rng.choice((False, True, None, cbor2.undefined))
    if kind == 6:
        return [item(rng, depth + 1) for _ in range(rng.randrange(5))]
    if kind == 7:
        return {rng.choice((number, text))(rng): item(rng, depth + 1) for _ in range(rng.randrange(5))}
    return cbor2.CBORTag(rng.choice((18, 399, 501, 506, 560, 907, 70000)), item(rng, depth + 1))


def reads_the_same(data):
    """True when cbor2 reads one item of all of these bytes and writes them again."""
    stream = io.BytesIO(data)
    try:
        value = cbor2.decoder.load(stream)
        return stream.read(1) == b'' and cbor2.encoder.dumps(value) == data
    except Exception:  # noqa: cbor2 raises many kinds for what it cannot read
        return False


def changed(rng, data):
    """Bytes with one of them changed, taken away or put in."""
    data = bytearray(data)
    at = rng.randrange(len(data))
    if rng.random() < 0.6:
        data[at] ^= 1 << rng.randrange(8)
    elif rng.random() < 0.5:
        del data[at]
    else:
        data.insert(at, rng.randrange(256))
    return bytes(data)


def main():
    """Write the lines."""
    rng = random.Random(int(sys.argv[2]))
    for _ in range(int(sys.argv[1])):
        data = cbor2.dumps(item(rng, 0))
        print('good', data.hex())
        data = changed(rng, data)
        print('same' if reads_the_same(data) else 'else', data.hex())


if __name__ == '__main__':
    main()
