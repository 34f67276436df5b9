# SPDX-License-Identifier: BSD-2-Clause
# hostile.py - Realms that mean no good, or know nothing of what they are, on the model and on QEMU's RME machine.
"""Cases for tests/machine/run."""
import functools
import json
import os
import re
import signal
import struct
import subprocess
import tempfile
import time

LIMIT_S = 90
# Seed, options, how guest/hostile.c ends (its enum ending) after how many hundred draws; exit code and end of the run.
# All but 4 MiB of 1 GiB is shared in the end of one: the host finds as much again.
HOSTILE = [
    (1, '--cpus 1', 0, 10, 0, 'system_off'),
    (2, '--cpus 2', 0, 10, 0, 'system_off'),
    (3, '--cpus 2 --ram 1G', 3, 4, 0, 'system_off'),
    (4, '--cpus 1', 4, 4, 1, 'system_reset'),
    (5, '--cpus 2', 2, 4, 1, 'cpus_off'),
    (6, '--cpus 1', 1, 1, 1, 'interrupted'),
]


def hostile_case(run, reeve, guest, seed, options, ending, hundreds, code, end):
    """A Realm that draws garbage for all it is offered comes to its end, by a signal if it has none, and its host has everything back."""
    rpv = f'{seed:02x}00000000000000{ending:02x}{hundreds:02x}'
    words = ['--json', *options.split(), '--timeout', '60', '--rpv', rpv]
    last = 'disk: ' if end == 'interrupted' else None
    found = []
    with tempfile.NamedTemporaryFile() as disk:
        disk.truncate(1 << 20)
        for machine, more in (('model', []), ('qemu', ['--disk', disk.name])):
            ran = run(reeve, machine, [*words, *more, os.path.join(guest, 'hostile.elf')], until=last)
            draws = sum(int(n) for n in re.findall(r'^[A-Za-z ]+: (\d+) draws$', ran.out, re.M))
            if (ran.code, ran.summary.get('end'), ran.summary.get('leaked'), draws) != (code, end, [], 100 * hundreds):
                found.append(f'{machine}: exit code {ran.code}, {draws} draws: {ran.err}{ran.out[-400:]}')
            if code == 0 and not ran.out.endswith('hostile: ok\n'):
                found.append(f'{machine}: {ran.out[-400:]}')
            if machine == 'qemu' and 'the disk served some' not in ran.out:
                found.append(f'no request reached the disk: {ran.out[-400:]}')
    return found


def kernel_make(path, instructions):
    """An arm64 Image with a proper header: its first instruction branches behind that."""
    header = bytearray(64)
    struct.pack_into('<I', header, 0, 0x14000010)  # b #64
    struct.pack_into('<QQQ', header, 8, 0, 0x10000, 10)
    header[56:60] = b'ARM\x64'
    with open(path, 'wb') as f:
        f.write(header + struct.pack(f'<{len(instructions)}I', *instructions))


def print_instructions(text):
    """Write a text to the PL011 where the device is, in the unprotected half of a 40-bit space."""
    found = [0xd2a12001, 0xf2c01001]  # mov x1, #0x8009000000
    for byte in text.encode():
        found += [0x52800000 | byte << 5, 0x39000020]  # mov w0, #byte; strb w0, [x1]
    return found


# A kernel that knows nothing of Realms: what it does, after how many seconds and how that ends, and the line behind the one that says so.
UNAWARE = [
    ('spins', [0x14000000], 1, 'timeout', None),
    ('sleeps', [0xd503207f, 0x17ffffff], 1, 'timeout', None),
    ('writes to a device as if it were no Realm', [0xd2a12001, 0x39000020, 0x14000000], 1, 'timeout', None),
    ('says something', [*print_instructions('Booting\nno realm here'), 0x14000000], 5, 'timeout', '  no realm here'),
    ('resets', [0x52800120, 0x72b08000, 0xd4000003, 0x14000000], 60, 'system_reset', None),
]


def unaware_case(run, reeve, instructions, limit, end, last):
    """A kernel without realm support is said to make no RSI call, with its last lines."""
    with tempfile.NamedTemporaryFile() as kernel:
        kernel_make(kernel.name, instructions)
        qemu = run(reeve, 'qemu', ['--json', '--timeout', str(limit), '--kernel', kernel.name])
    lines = qemu.err.splitlines()
    said = [line for line in lines if 'made no RSI call that its host saw' in line]
    if (qemu.code, qemu.summary.get('end'), qemu.summary.get('leaked'), len(said)) != (1, end, [], 1):
        return [f'exit code {qemu.code}: {qemu.err}']
    if last is None:
        return [] if said[0].endswith('it wrote nothing on its console') else said
    return [] if said[0].endswith('its last lines:') and last in lines else lines


def left_case(reeve):
    """Who leaves a kernel that still boots is not told that it knows nothing of Realms."""
    with tempfile.NamedTemporaryFile() as kernel:
        kernel_make(kernel.name, [*print_instructions('Booting\n'), 0x14000000])
        with subprocess.Popen([reeve, 'run', '--machine', 'qemu', '--json', '--kernel', kernel.name], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as p:
            p.stdout.readline()
            p.send_signal(signal.SIGTERM)
            _, err = p.communicate(timeout=LIMIT_S)
    found = [] if p.returncode == 1 and json.loads(err.splitlines()[-1])['end'] == 'interrupted' else [f'exit code {p.returncode}: {err}']
    return found + [line for line in err.splitlines() if 'RSI call' in line]


def word_put(register, value):
    """movz and movk of a 64-bit value."""
    return [(0xf2800000 if shift else 0xd2800000) | shift << 21 | (value >> 16 * shift & 0xffff) << 5 | register for shift in range(4)]


def stores(width, rows):
    """Each value to its address, 2, 4 or 8 bytes."""
    store = {2: 0x79000020, 4: 0xb9000020, 8: 0xf9000020}[width]
    return [i for address, value in rows for i in (*word_put(1, address), *word_put(0, value), store)]


def flood_instructions():
    """Take the virtio console, print a line, and ring for a queue full of heads, all of them one chain of 4 MiB, which shows half a MiB eight times."""
    half, shared, size, part = 1 << 39, 0x41000000, 1 << 20, 1 << 19
    device, rings = half | 0x0a000200, half | shared
    buffer = rings + part
    must = [(0x070, 3), (0x024, 1), (0x020, 3), (0x070, 11), (0x030, 1), (0x038, 16)]
    areas = [(at + 4 * high, (rings + page * 4096) >> 32 * high & 0xffffffff)
             for at, page in ((0x080, 0), (0x090, 1), (0x0a0, 2)) for high in (0, 1)]
    start = [(device + at, value) for at, value in [*must, *areas, (0x044, 1), (0x070, 15)]]
    chain = [word for i in range(8) for word in
             ((rings + 16 * i, buffer), (rings + 16 * i + 8, part | (i < 7) << 32 | (i + 1) << 48))]
    line = [(rings + 128, rings + 0x3000), (rings + 136, 8), (rings + 0x3000, int.from_bytes(b'a line \n', 'little'))]
    ring = stores(4, [(device + 0x050, 1)])
    return [  # RSI_IPA_STATE_SET until it is at the top
        *word_put(1, shared), *word_put(0, 0xc4000197), *word_put(2, shared + size), *word_put(3, 0), *word_put(4, 1),
        0xd4000003, 0xeb02003f, 0x54000003 | (-18 & 0x7ffff) << 5,
        *stores(8, chain + line), *stores(4, start), *stores(2, [(rings + 0x1004, 8), (rings + 0x1002, 1)]), *ring,
        *stores(2, [(rings + 0x1004, 0), (rings + 0x1002, 17)]), *ring, 0x14000000]


def flood_case(run, reeve):
    """However much a Realm has printed by ringing once, its host sees that its time is over."""
    with tempfile.NamedTemporaryFile() as kernel:
        kernel_make(kernel.name, flood_instructions())
        qemu = run(reeve, 'qemu', ['--json', '--timeout', '4', '--kernel', kernel.name, '--append', 'console=hvc0'])
    if (qemu.code, qemu.summary.get('end'), qemu.summary.get('leaked')) == (1, 'timeout', []) and qemu.out.startswith('a line \n'):
        return []
    return [f'exit code {qemu.code}: {qemu.out[:100]}{qemu.err}']


def image_make(path, instructions):
    """An image that begins with its first instruction."""
    with open(path, 'wb') as f:
        f.write(struct.pack(f'<{len(instructions)}I', *instructions))


def sparse_case(run, reeve):
    """The memory of pages far from each other is taken back no longer than there is time."""
    base, pages = 0x41200000, 32
    touch = [i for page in range(pages) for i in (*word_put(1, base + 0x5000 + page * 0x10000), 0xf9000021)]  # str x1, [x1]
    call = [*word_put(1, base), *word_put(0, 0xc4000197), *word_put(2, base + (2 << 20)), *word_put(3, 0), *word_put(4, 1), 0xd4000003]
    with tempfile.NamedTemporaryFile() as image:
        image_make(image.name, [*touch, *call, 0x14000000])
        qemu = run(reeve, 'qemu', ['--json', '--timeout', '2', '--rule', 'delay DATA_DESTROY phase=run times=all us=600000', image.name])
    if (qemu.code, qemu.summary.get('end'), qemu.summary.get('leaked'), 'error' in qemu.summary) == (1, 'timeout', [], False):
        return []
    return [f'exit code {qemu.code}: {qemu.err}']


# Touch a page that the host has to bring, and compute for ever.
TOUCH = [*word_put(1, 0x41200000), 0xf9000021, 0x14000000]  # str x1, [x1]; b .


def slice_case(run, reeve):
    """The time that a Realm may have the CPU is over while its host brings it memory: it does not keep the CPU for that."""
    with tempfile.NamedTemporaryFile() as image:
        image_make(image.name, TOUCH)
        rule = 'delay DATA_CREATE_UNKNOWN times=all us=30000'
        qemu = run(reeve, 'qemu', ['--json', '--timeout', '2', '--neighbour', '--rule', rule, image.name])
    enters = qemu.summary.get('rmi_calls', {}).get('RMI_REC_ENTER', 0)
    if (qemu.code, qemu.summary.get('end'), qemu.summary.get('leaked')) == (1, 'timeout', []) and enters > 10:
        return []
    return [f'exit code {qemu.code}, {enters} REC_ENTER: {qemu.err}']


# Of a signal while the host is long at something: the image, options, and what is long.
BUSY = [
    # mov x0, #PSCI_CPU_ON; mov x1, #1; mov x3, #0; adr x2, TOUCH; smc #0; b .
    ('brings the other CPU memory', [*word_put(0, 0xc4000003), *word_put(1, 1), *word_put(3, 0), 0x10000062, 0xd4000003, 0x14000000, *TOUCH],
     ['--cpus', '2'], 'delay DATA_CREATE_UNKNOWN us=60000000'),
    ('is about to enter', [0x14000000], [], 'delay REC_ENTER us=60000000'),
]


def busy_case(reeve, instructions, words, rule):
    """A signal ends a run whose host does something long, on whichever CPU."""
    with tempfile.NamedTemporaryFile() as image:
        image_make(image.name, instructions)
        with subprocess.Popen([reeve, 'run', '--machine', 'qemu', '--json', *words, '--rule', rule, image.name], text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as p:
            time.sleep(4)
            p.send_signal(signal.SIGTERM)
            _, err = p.communicate(timeout=LIMIT_S)
    seen = json.loads(err.splitlines()[-1])
    acted = [fault['acted'] for fault in seen.get('faults', [])]
    if (p.returncode, seen['end'], seen.get('leaked'), acted) == (1, 'interrupted', [], [1]):
        return []
    return [f'exit code {p.returncode}: {err}']


def cases(run, reeve, guest):
    """Every (name, function without arguments that gives complaints); `run` is a run of a machine."""
    return [
        *((f'hostile {row[0]}', functools.partial(hostile_case, run, reeve, guest, *row)) for row in HOSTILE),
        ('kernel that floods its virtio console', functools.partial(flood_case, run, reeve)),
        ('image with sparse memory', functools.partial(sparse_case, run, reeve)),
        ('image whose turn is over', functools.partial(slice_case, run, reeve)),
        *((f'signal while the host {what}', functools.partial(busy_case, reeve, *row)) for what, *row in BUSY),
        ('kernel that somebody leaves', functools.partial(left_case, reeve)),
        *((f'kernel that {what}', functools.partial(unaware_case, run, reeve, *row)) for what, *row in UNAWARE),
    ]
