# SPDX-License-Identifier: BSD-2-Clause
# predict_terminal.t - reeve measure shows how far it is on a terminal, after a second, and nothing of the kind in a pipe.
$ echo '{"event": "create", "s2sz": 44}{"event": "data", "ipa": 0, "zero": "0x100000000"}' >list
# Four GiB on one thread are more than a second; the last line is the RIM, alone.
$ $SRC/tests/cli/terminal.py '' reeve measure --jobs 1 --events list | sed 's/measuring: [0-9]* MiB//g; s/^[0-9a-f]\{64\}$/RIM/' | grep .
RIM
exit 0
$ truncate -s 4G image; $SRC/tests/cli/terminal.py '' reeve measure --jobs 1 --ram 5G image | grep -oE 'measuring: \[#* *\] [0-9]+ of 4096 MiB' >shown
$ tail -n 1 shown | sed 's/#* *\]/…]/; s/ [0-9]* of/ … of/'
measuring: […] … of 4096 MiB
# The bar has thirty columns, as many of them full as the figure says.
$ python3 -c '
> import re
> for line in open("shown"):
>     full, rest, done = re.fullmatch(r"measuring: \[(#*)( *)\] (\d+) of 4096 MiB\n", line).groups()
>     if len(full + rest) != 30 or abs(len(full) - int(done) * 30 / 4096) > 1: print(line)'
$ reeve measure --jobs 1 --events list 2>&1 | grep -c measuring
0
[1]
$ reeve measure --jobs 2 hello 2>&1; $SRC/tests/cli/terminal.py '' reeve measure $GUEST/hello.elf | grep -c measuring
reeve measure: hello cannot be opened: No such file or directory
0
[1]
