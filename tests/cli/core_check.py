#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# core_check.py - whether reeve leaves a core file when it is aborted while it waits for its input
"""core_check.py WORD...: run reeve WORD... where the word INPUT stands for a pipe, abort it once it has opened that, and print `core` or `no core`.
What it opens before INPUT it has read by then: key files, for `reeve token make`."""
import glob
import os
import resource
import signal
import subprocess
import sys


def main():
    """Print what the kernel did."""
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    os.mkfifo('input.pipe')
    words = ['input.pipe' if word == 'INPUT' else word for word in sys.argv[1:]]
    # ASan would set the limit back.
    child = subprocess.Popen(['reeve', *words], env=dict(os.environ, ASAN_OPTIONS='disable_coredump=0'))
    with open('input.pipe', 'wb'):
        child.send_signal(signal.SIGABRT)
        status = os.waitpid(child.pid, 0)[1]
    os.unlink('input.pipe')
    for path in glob.glob('core*'):
        os.unlink(path)
    if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGABRT:
        print(f'it was not aborted: status {status}')
        return 1
    print('core' if os.WCOREDUMP(status) else 'no core')
    return 0


if __name__ == '__main__':
    sys.exit(main())
