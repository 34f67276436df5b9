#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# terminal.py - types keys at a command that sits at a terminal, and prints what it shows.
r"""tests/cli/terminal.py KEYS COMMAND…

KEYS are typed one part after the other, split at `|`; each waits until what is shown is quiet; \t, \n, \x04 are those bytes. Prints what
was shown, without control sequences, then the exit status."""
import os
import pty
import re
import select
import signal
import sys
import threading
import time

QUIET_S = 0.3
LIMIT_S = 30
# In a bare root /dev has no pts: there it gets one, seen by this process alone.
OWN_PTS = 'mount --make-private /dev && mount -t devpts devpts /dev/pts && PTS=own exec "$0" "$@"'


def terminals_ensure():
    """Start again where there are terminals, if there are none."""
    try:
        for fd in pty.openpty():
            os.close(fd)
    except OSError:
        if 'PTS' in os.environ:
            raise
        os.execvp('unshare', ['unshare', '--mount', '--propagation', 'unchanged', 'sh', '-c', OWN_PTS] + sys.argv)


def shown(fd, limit_s, quiet_s=QUIET_S):
    """What comes until it is quiet."""
    text = b''
    end = time.monotonic() + limit_s
    while time.monotonic() < end and select.select([fd], [], [], quiet_s if text else 5)[0]:
        try:
            more = os.read(fd, 4096)
        except OSError:
            break
        if not more:
            break
        text += more
    return text


def main():
    """Type, look, and tell."""
    terminals_ensure()
    parts = [p.encode().decode('unicode_escape').encode() for p in sys.argv[1].split('|')]
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(TERM='vt100', COLUMNS='100', LINES='50')
        os.execvp(sys.argv[2], sys.argv[2:])
    text = shown(fd, LIMIT_S)
    for part in parts:
        os.write(fd, part)
        text += shown(fd, LIMIT_S)
    text += shown(fd, LIMIT_S, LIMIT_S)  # to its end
    impatient = threading.Timer(LIMIT_S, os.kill, (pid, signal.SIGKILL))
    impatient.start()
    _, status = os.waitpid(pid, 0)
    impatient.cancel()
    text = re.sub(rb'\x1b\[[0-9;?]*[A-Za-z]|\x1b[()=>][0-9A-B]?|\x07|\x0f|\r', b'', text)
    print(text.decode(errors='replace'))
    print(f'exit {os.waitstatus_to_exitcode(status)}')


if __name__ == '__main__':
    main()
