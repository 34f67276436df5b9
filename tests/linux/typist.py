# SPDX-License-Identifier: BSD-2-Clause
# typist.py - somebody at a terminal: types, and reads what is shown until it is what was waited for.
"""A Typist starts a command on a terminal of its own, as its session's leader."""
import os
import pty
import re
import select
import signal
import termios
import time


def settings(fd):
    """What stty would show: all but the control characters of lines."""
    return termios.tcgetattr(fd)[:6]


class Typist:
    """A command on a terminal."""

    def __init__(self, argv, limit_s):
        self.fd, self.slave = pty.openpty()
        self.before = settings(self.slave)
        self.shown = ''
        self.end = time.monotonic() + limit_s
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            os.close(os.open(os.ttyname(self.slave), os.O_RDWR))  # its controlling terminal
            for fd in 0, 1, 2:
                os.dup2(self.slave, fd)
            os.closerange(3, 64)
            os.execvp(argv[0], argv)

    def type(self, text):
        """Press these keys."""
        os.write(self.fd, text.encode())

    def more(self):
        """Read what is shown now or soon. False when the time is up."""
        if time.monotonic() >= self.end:
            return False
        if select.select([self.fd], [], [], 0.2)[0]:
            self.shown += os.read(self.fd, 65536).decode('ascii', 'replace').replace('\r', '')
        return True

    def wait(self, pattern):
        """Read until the pattern is there, and take all up to its end away. Its match, or None when the time is up first."""
        while True:
            found = re.search(pattern, self.shown, re.M)
            if found:
                self.shown = self.shown[found.end():]
                return found
            if not self.more():
                return None

    def until(self, is_so):
        """Whether that comes true."""
        while not is_so():
            if not self.more():
                return False
        return True

    def is_raw(self):
        """Whether keys come as they are pressed."""
        return not settings(self.slave)[3] & (termios.ICANON | termios.ECHO | termios.ISIG)

    def is_as_before(self):
        """Whether the terminal is as the command found it."""
        return settings(self.slave) == self.before

    def leave(self):
        """Wait for the end, and read to it. The exit code, or None when the time was up."""
        code = None
        while code is None and self.more():
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            code = os.waitstatus_to_exitcode(status) if pid else None
        while select.select([self.fd], [], [], 0.1)[0]:
            self.shown += os.read(self.fd, 65536).decode('ascii', 'replace').replace('\r', '')
        self.pid = self.pid if code is None else None
        return code

    def close(self):
        """End what has not ended, and give the terminal back."""
        if self.pid is not None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)
        os.close(self.slave)
