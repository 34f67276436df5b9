# SPDX-License-Identifier: BSD-2-Clause
# ends.py - how a run on QEMU's RME machine ends when something is wrong: time, hangs, signals, what is missing.
"""Cases for tests/machine/run."""
import functools
import json
import os
import re
import signal
import subprocess
import tempfile
import time

from qmp import wrapper_write

LIMIT_S = 90
# A host that takes a minute to take a Realm apart.
SLOW = 'delay REC_DESTROY us=60000000'


def timeout_case(run, reeve, guest):
    """A Realm that never ends is stopped by its time and leaves nothing."""
    qemu = run(reeve, 'qemu', ['--json', '--timeout', '1', os.path.join(guest, 'spin.elf')])
    if (qemu.code, qemu.summary.get('end'), qemu.summary.get('leaked')) == (1, 'timeout', []):
        return []
    return [f'exit code {qemu.code}: {qemu.err}']


def patience_case(run, reeve, guest):
    """A host that is longer at taking its Realm apart than one may be silent is waited for, because it says what it does."""
    rule = 'delay DATA_DESTROY us=1500000 times=all'
    qemu = run(reeve, 'qemu', ['--json', '--timeout', '1', '--rule', rule, os.path.join(guest, 'spin.elf')])
    if (qemu.code, qemu.summary.get('end'), qemu.summary.get('leaked')) != (1, 'timeout', []):
        return [f'exit code {qemu.code}: {qemu.err}']
    took = qemu.summary['phases_ns']['destroy'] / 1e9
    return [] if took > 10 else [f'it took {took} s, which is no test']


def hang_case(run, reeve, guest, image, limit, wanted):
    """A machine that does nothing more is found out, with where its CPU is and the last that it said."""
    with tempfile.NamedTemporaryFile() as nothing:
        nothing.write(b'\x00\x00\x00\x14' * 1024)  # b .
        nothing.flush()
        words = [image, nothing.name] if image.startswith('--') else ['--rule', image]
        qemu = run(reeve, 'qemu', ['--json', '--timeout', limit, *words, os.path.join(guest, 'spin.elf')])
    found = [] if qemu.code == 1 and qemu.summary.get('end') == 'timeout' else [f'exit code {qemu.code}']
    found += [] if re.fullmatch(wanted, qemu.summary.get('error', '')) else ['it does not say where']
    found += [] if re.search(r'the last lines of the machine:\n(  .*\n)*  NOTICE: +BL31: .*\n', qemu.err) else ['no last lines']
    return found + [qemu.err] if found else []


def running(pid):
    """Whether the process is there and no zombie."""
    try:
        with open(f'/proc/{pid}/stat', encoding='utf-8') as f:
            return f.read().rsplit(')', 1)[1].split()[0] != 'Z'
    except OSError:
        return False


def signal_case(reeve, guest, numbers, code, wanted, words=()):
    """However reeve ends, its QEMU ends too; asked to end, it has the Realm taken apart first. Signals come a second apart."""
    with subprocess.Popen([reeve, 'run', '--machine', 'qemu', '--json', '--cpus', '2', *words, os.path.join(guest, 'spin.elf')],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as p:
        p.stdout.readline()
        with open(f'/proc/{p.pid}/task/{p.pid}/children', encoding='utf-8') as f:
            children = f.read().split()
        for i, number in enumerate(numbers):
            time.sleep(i and 1)
            p.send_signal(number)
        _, err = p.communicate(timeout=LIMIT_S)
    seen = json.loads(err.splitlines()[-1]) if err else {}
    until = time.monotonic() + 5
    while any(running(child) for child in children) and time.monotonic() < until:
        time.sleep(0.02)
    found = [f'process {child} is still there' for child in children if running(child)]
    if len(children) != 1 or p.returncode != code:
        found.append(f'children {children}, exit code {p.returncode}, expected {code}: {err}')
    return found + [f'{key}: {seen.get(key)}, expected {wanted[key]}' for key in wanted if seen.get(key) != wanted[key]]


def signal_early_case(reeve, guest):
    """A signal while the first of two Realms is built: the second is not built any more."""
    words = ['--json', '--neighbour', '--trace', '-', '--rule', SLOW.replace('REC_DESTROY', 'REALM_ACTIVATE')]
    with subprocess.Popen([reeve, 'run', '--machine', 'qemu', *words, os.path.join(guest, 'hello.elf')],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as p:
        trace = []
        while not trace or trace[-1] and 'RMI_REC_CREATE' not in trace[-1]:
            trace.append(p.stderr.readline())
        p.send_signal(signal.SIGTERM)
        out, err = p.communicate(timeout=LIMIT_S)
    err = ''.join(trace) + err
    seen = json.loads(err.splitlines()[-1])
    if (p.returncode, seen.get('end'), seen.get('leaked'), out, err.count('RMI_REALM_CREATE(')) == (1, 'interrupted', [], '', 1):
        return []
    return [f'exit code {p.returncode}: {out}{err}']


def absence_case(reeve, guest):
    """A machine that could not say more than a pipe holds while reeve itself was stopped is not taken to hang."""
    words = ['--json', '--timeout', '1', '--trace', '/dev/null', '--trace-format', 'json', os.path.join(guest, 'memory.elf')]
    with subprocess.Popen([reeve, 'run', '--machine', 'qemu', *words],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as p:
        time.sleep(0.5)
        p.send_signal(signal.SIGSTOP)
        time.sleep(13)
        p.send_signal(signal.SIGCONT)
        _, err = p.communicate(timeout=LIMIT_S)
    seen = json.loads(err.splitlines()[-1])
    if (p.returncode, seen['end'], seen.get('leaked'), 'error' in seen) == (1, 'timeout', [], False):
        return []
    return [f'exit code {p.returncode}: {err}']


def kept_case(reeve, guest):
    """A second signal ends reeve, and its QEMU, although who reads what it writes does not, so that it cannot look at the first."""
    words = ['--trace', '-', '--trace-format', 'json', os.path.join(guest, 'memory.elf')]
    with subprocess.Popen([reeve, 'run', '--machine', 'qemu', *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE) as p:
        time.sleep(4)
        with open(f'/proc/{p.pid}/task/{p.pid}/children', encoding='utf-8') as f:
            children = f.read().split()
        found = [] if len(children) == 1 else [f'children {children}']
        for _ in range(2):
            p.send_signal(signal.SIGTERM)
            time.sleep(1)
        if p.poll() != -signal.SIGTERM:
            found.append(f'exit code {p.poll()}')
            p.kill()
    return found + [f'process {child} is still there' for child in children if running(child)]


def disk_case(run, reeve, guest, lines, words, code, line):
    """The disk is written when a Realm ran, and can have written to it, and all of it is known; else a file that is there stays as it was."""
    with tempfile.TemporaryDirectory() as folder:
        disk, out = os.path.join(folder, 'disk'), os.path.join(folder, 'out')
        for path, content in ((disk, b'disk' * 256), (out, b'before')):
            with open(path, 'wb') as f:
                f.write(content)
        wrapper_write(folder, lines)
        words = ['--json', '--disk', disk, '--disk-out', out, *words, os.path.join(guest, 'hello.elf')]
        qemu = run(reeve, 'qemu', words, folder)
        with open(out, 'rb') as f:
            seen = f.read()
    wanted = b'before' if line else b'disk' * 256
    said = [said for said in qemu.err.splitlines() if '--disk-out' in said]
    if (qemu.code, seen, said) == (code, wanted, [f'reeve run: --disk-out {out}: {line}'] if line else []):
        return []
    return [f'exit code {qemu.code}, {seen[:20]}: {qemu.err}']


def missing_case(reeve, guest, env, wanted, before=()):
    """What is not there is said in one line, with what brings it."""
    argv = [*before, reeve, 'run', '--machine', 'qemu', os.path.join(guest, 'hello.elf')]
    p = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                       env=dict(os.environ, **env), check=False)
    return [] if p.returncode == 1 and re.match(wanted, p.stdout) else [f'exit code {p.returncode}: {p.stdout}']


def cases(run, reeve, guest):
    """Every (name, function without arguments that gives complaints); `run` is a run of a machine."""
    at = r'cpu 0 in %s \(EL2, PC 0x%s[0-9a-f]{3}\)'
    never = r"the machine's host never said a word: "
    late = r'the machine hangs: the 4\.0 s of --timeout are over, and for 10 s there is no sign of an end: '
    hangs = (('monitor', '--rmm', '0.5', never + at % ('the monitor', '40100')),
             ('monitor, long before its time', '--rmm', '600', never + at % ('the monitor', '40100')),
             ('other host', '--nt-fw', '0.5', never + at % ('the host', '60000')),
             ('host', SLOW, '4', late + at % ('the host', '60[0-9a-f]{3}')))
    orderly = {'end': 'interrupted', 'leaked': []}
    stopped = {'end': 'interrupted', 'error': 'a signal asked reeve to end: the machine was stopped with its Realm in it'}
    signals = (*((number.name, [number], 1, orderly) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)),
               ('twice', [signal.SIGTERM, signal.SIGTERM], 1, stopped, ['--rule', SLOW]),
               ('SIGKILL', [signal.SIGKILL], -signal.SIGKILL, {}))
    missing = (('firmware', {'XDG_CACHE_HOME': '/nonexistent'}, r'reeve run: TF-A.*: run scripts/setup machine\n'),
               ('tools', {'PATH': '/nonexistent'}, r'reeve run: fiptool is missing: apt-get install arm-trusted'),
               ('memory', {}, r'reeve run: QEMU ended with code 1: .*Cannot allocate memory; .* 3 GiB of memory\n',
                ['prlimit', f'--as={3 << 30}']))
    idle = 'nothing is written, no Realm ran'
    disks = (('all is well', 'exec "$QEMU" "$@"', [], 0, None),
             ('no QEMU', 'exit 7', [], 1, idle),
             ('refused', 'exec "$QEMU" "$@"', ['--ipa-bits', '49'], 1, idle),
             ('not built', 'exec "$QEMU" "$@"', ['--rule', 'refuse REC_CREATE status=ERROR_INPUT'], 1, idle),
             ('hangs', 'exec "$QEMU" "$@"', ['--timeout', '4', '--rule', SLOW], 1, None),
             ('not known', 'fd=${4##*/}; "$QEMU" "$@"; truncate -s 64M /dev/fd/"$fd"', [], 1,
              "nothing is written, the disk cannot be read back from the machine's memory"))
    return [
        ('timeout', functools.partial(timeout_case, run, reeve, guest)),
        ('timeout, long to take apart', functools.partial(patience_case, run, reeve, guest)),
        *((f'hang {name}', functools.partial(hang_case, run, reeve, guest, *words)) for name, *words in hangs),
        *((f'signal {name}', functools.partial(signal_case, reeve, guest, *words)) for name, *words in signals),
        ('signal twice, to who cannot write', functools.partial(kept_case, reeve, guest)),
        ('reeve stopped meanwhile', functools.partial(absence_case, reeve, guest)),
        ('signal before the neighbour', functools.partial(signal_early_case, reeve, guest)),
        *((f'disk out, {name}', functools.partial(disk_case, run, reeve, guest, *words)) for name, *words in disks),
        *((f'missing {name}', functools.partial(missing_case, reeve, guest, *words)) for name, *words in missing),
    ]
