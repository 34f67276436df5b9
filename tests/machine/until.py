#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# until.py - runs a command, shows what it prints, and asks it to end a second after a line of it.
"""tests/machine/until.py BEGINNING COMMAND…

The command gets a SIGTERM a second after its first line that begins so. Exits as it does."""
import signal
import subprocess
import sys
import time


def main():
    """Run, and wait for the line."""
    with subprocess.Popen(sys.argv[2:], stdout=subprocess.PIPE, text=True, errors='replace') as p:
        is_asked = False
        for line in p.stdout:
            print(line, end='', flush=True)
            if not is_asked and line.startswith(sys.argv[1]):
                is_asked = True
                time.sleep(1)
                p.send_signal(signal.SIGTERM)
    return p.returncode


if __name__ == '__main__':
    sys.exit(main())
