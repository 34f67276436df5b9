# SPDX-License-Identifier: BSD-2-Clause
# predict_terminal.t - reeve measure shows how far it is on a terminal, after a second, and nothing of the kind in a pipe.
$ mkfifo slow
$ create='{"event": "create", "s2sz": 44}' data='{"event": "data", "ipa": 0, "zero": "0x100000"}' more='{"event": "data", "ipa": 2097152, "zero": "0x100000"}'
> (printf %s "$create$data"; sleep 2; printf %s "$more") >slow &
> $SRC/tests/cli/terminal.py '' reeve measure --jobs 1 --events slow >shown; wait
> grep -c '^measuring: 1 MiB' shown; sed 's/measuring: [0-9]* MiB//g; s/^[0-9a-f]\{64\}$/RIM/' shown | grep .
1
RIM
exit 0
# In a pipe there is the RIM alone, however long it takes.
$ (printf %s '{"event": "create", "s2sz": 44}'; sleep 2; printf %s '{"event": "data", "ipa": 0, "zero": "0x100000"}') >slow &
> reeve measure --jobs 1 --events slow 2>&1 | grep -c measuring
0
[1]
$ reeve measure --jobs 2 hello 2>&1; $SRC/tests/cli/terminal.py '' reeve measure $GUEST/hello.elf | grep -c measuring
reeve measure: hello cannot be opened: No such file or directory
0
[1]
