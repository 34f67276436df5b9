#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# rmi_examples.py - runs the examples of a page about the monitor's shell, and compares what they print.
"""tests/cli/rmi_examples.py PAGE.md

A block fenced with ```rmi is a file for `reeve rmi`; the block fenced with ```text behind it is what that prints,
stdout and stderr together. Its last line may be the exit status, [1]. A block fenced with ```console is a command behind `$ ` and what that
prints, where … is any text; build/asan is where reeve is. Prints the number of examples; exit 1 when one is not as shown."""
import os
import re
import shutil
import subprocess
import sys

BLOCKS = re.compile(r'^```rmi\n(.*?)^```\n(?:^```text\n(.*?)^```\n)?', re.M | re.S)
CONSOLE = re.compile(r'^```console\n\$ (.*?)\n(.*?)^```\n', re.M | re.S)
NAME = 'example.rmi'


def complaint(script, shown):
    """None, or what is not as shown."""
    code = 0
    lines = shown.splitlines()
    if lines and re.fullmatch(r'\[\d+\]', lines[-1]):
        code = int(lines.pop()[1:-1])
    with open(NAME, 'w', encoding='utf-8') as f:
        f.write(script)
    p = subprocess.run(['reeve', 'rmi', NAME], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
    if p.stdout.splitlines() == lines and p.returncode == code:
        return None
    return f'{script}--- printed [{p.returncode}]:\n{p.stdout}--- and not [{code}]:\n{shown}'


def console_complaint(command, shown):
    """The same of a command."""
    where = os.path.dirname(shutil.which('reeve'))
    p = subprocess.run(command.replace('build/asan', where), shell=True, stdin=subprocess.DEVNULL,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
    wanted = '.*'.join(re.escape(part) for part in shown.split('…'))
    if re.fullmatch(wanted, p.stdout) and p.returncode == 0:
        return None
    return f'{command}\n--- printed [{p.returncode}]:\n{p.stdout}--- and not:\n{shown}'


def main():
    """Run the examples of the page."""
    with open(sys.argv[1], encoding='utf-8') as f:
        page = f.read()
    examples = BLOCKS.findall(page)
    commands = CONSOLE.findall(page)
    bad = [c for c in [*(complaint(*e) for e in examples), *(console_complaint(*c) for c in commands)] if c]
    examples += commands
    print('\n'.join(bad + [f'{len(examples)} examples']))
    return 1 if bad or not examples else 0


if __name__ == '__main__':
    sys.exit(main())
