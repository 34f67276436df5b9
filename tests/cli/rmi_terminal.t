# SPDX-License-Identifier: BSD-2-Clause
# rmi_terminal.t - reeve rmi at a terminal: a prompt, completion, history, a line taken back, the end.
$ echo '"$SRC"/tests/cli/terminal.py "$@" >shown; tail -n 1 shown' >at
# A command, its argument and a variable are completed; an error does not end the shell.
$ bash at '$a = gra\t\n|$a = granule\n|GRANULE_D\t|addr=$\t\n|frobnicate\n|expect S\t\n|\x04' reeve rmi
exit 0
$ grep -ac '^rmi> ' shown; grep -aE '^(GRANULE_DELEGATE = |reeve rmi: )' shown; grep -ac '1 passed, 0 failed' shown
6
GRANULE_DELEGATE = SUCCESS
reeve rmi: stdin:4:1: there is no command 'frobnicate'. Type help for the list.
1
# Words are offered side by side when there is a choice.
$ bash at 'REALM_\t|\x03quit\n' reeve rmi; grep -aE '^REALM_' shown
exit 0
REALM_ACTIVATE  REALM_CREATE  REALM_DESTROY
# Lines are kept for the next time; Ctrl-C takes one back; an expectation that failed is in the exit code.
$ ls .local/state/reeve
history
$ bash at '\x10|\x10|\x10\n|\x04' reeve rmi; grep -aE '^(reeve rmi: |GRANULE)' shown
exit 0
reeve rmi: stdin:1:1: there is no command 'frobnicate'. Type help for the list.
$ bash at 'expect valid\n|nonsense\x03|expect state 0x40000000 RD\n|\x04' env XDG_STATE_HOME=$PWD/state reeve rmi; grep -aE '^(reeve rmi|stdin)' shown; ls state/reeve
exit 1
stdin:2: expect state 0x40000000 RD: got UNDELEGATED owner=0x0
history
# Where nothing can be kept, that is said at the end.
$ touch full; bash at 'expect valid\n|quit\n' env XDG_STATE_HOME=$PWD/full reeve rmi; grep -aE '^reeve rmi' shown
exit 0
reeve rmi: the history cannot be kept in .*/full/reeve/history: Not a directory (re)
# Without a home there is no history, and no complaint.
$ bash at 'expect valid\n|quit\n' env -u HOME reeve rmi; grep -ac '^reeve rmi' shown
exit 0
0
[1]
