# SPDX-License-Identifier: BSD-2-Clause
# qmp.py - a QEMU that a test looks into: started by `reeve run` through a wrapper, asked over a socket of its own.
import json
import os
import shutil
import socket
import time

PATIENCE_S = 20


def wrapper_write(folder, lines):
    """Put a qemu-system-aarch64 into the folder that runs those lines of shell; the real one is $QEMU there."""
    program = os.path.join(folder, 'qemu-system-aarch64')
    with open(program, 'w', encoding='utf-8') as f:
        f.write(f'#!/bin/sh\nQEMU={shutil.which("qemu-system-aarch64")}\n{lines}\n')
    os.chmod(program, 0o755)


def cpu_wrapper_make(folder, properties):
    """Put one there whose machine's CPU has these properties as well."""
    wrapper_write(folder, 'for word; do\n\tshift\n\tcase $word in max,*) word=$word,' + properties +
                  ' ;; esac\n\tset -- "$@" "$word"\ndone\nexec "$QEMU" "$@"')


def wrapper_make(folder):
    """Put a qemu-system-aarch64 into the folder that keeps a machine which is off, and listens; its socket's path."""
    path = os.path.join(folder, 'qmp')
    wrapper_write(folder, f'exec "$QEMU" "$@" -no-shutdown -qmp unix:{path},server=on,wait=off')
    return path


class Qmp:
    """A connection that asks one question at a time."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(PATIENCE_S)
        self.socket.connect(path)
        self.file = self.socket.makefile('r', encoding='utf-8')
        self.file.readline()
        self.ask('qmp_capabilities')

    def ask(self, command, **arguments):
        """The answer to a command; events before it are passed over."""
        self.socket.sendall((json.dumps({'execute': command, 'arguments': arguments}) + '\n').encode())
        for line in self.file:
            answer = json.loads(line)
            if 'return' in answer:
                return answer['return']
            if 'error' in answer:
                raise OSError(f'{command}: {answer["error"]}')
        raise OSError(f'{command}: QEMU has gone')

    def wait_for(self, status):
        """True when the machine came to have that status."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            if self.ask('query-status')['status'] == status:
                return True
            time.sleep(0.02)
        return False

    def memory(self, base, size, path):
        """Bytes of physical memory."""
        self.ask('pmemsave', val=base, size=size, filename=path)
        with open(path, 'rb') as f:
            return f.read()

    def close(self):
        """Have QEMU end."""
        self.ask('quit')
        self.socket.close()
