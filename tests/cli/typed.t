# SPDX-License-Identifier: BSD-2-Clause
# typed.t - standard input is the Realm's console: from a pipe, a file, a terminal, or nothing.
$ printf 'one\ntwo words\nquit\n' | reeve run $GUEST/echo.elf 2>/dev/null
echo: a line, or quit
? one
? two words
? 19 bytes, sum 0x6cc
echo: ok
# Every byte of a pipe is the Realm's, Ctrl-A too; the end of it ends nothing.
$ printf 'a\001xb\n' | reeve run --timeout 0.5 $GUEST/echo.elf 2>err | tail -n +2 | od -An -tx1; grep ^end err
 3f 20 61 01 78 62 0a 3f 20
end       timeout: the time was up
# Nothing comes from /dev/null, nor from what is closed; the numbers of closed streams go to no other file.
$ reeve run $GUEST/hello.elf </dev/null 2>/dev/null | tail -n 1; reeve run $GUEST/hello.elf <&- 2>/dev/null | tail -n 1
hello: ok
hello: ok
$ reeve run --trace calls $GUEST/hello.elf <&- >&- 2>err; echo $?; head -n 1 err; head -c 5 calls
1
reeve run: standard output cannot be written: the console is not complete
[cpu0
# A Realm that reads slowly, or not at all, has all of it, or leaves it.
$ { seq 2000; echo quit; } | reeve run $GUEST/echo.elf 2>/dev/null | tail -n 2
? 8898 bytes, sum 0x5c9bf
echo: ok
$ seq 100000 | reeve run $GUEST/hello.elf 2>/dev/null | tail -n 1
hello: ok
# At a terminal the Realm gets lines; Ctrl-C ends the run, and so does Ctrl-A x, which leaves in order.
$ echo '"$SRC"/tests/cli/terminal.py "$@" >shown; tail -n 1 shown; grep -aE "^(end|echo:|\? )" shown' >at
$ bash at 'one\n|quit\n' reeve run $GUEST/echo.elf
exit 0
echo: a line, or quit
? one
? quit
echo: ok
end       system_off: the Realm switched itself off
$ bash at 'one\n|\x01x\n' reeve run $GUEST/echo.elf | grep -a -e exit -e end
exit 1
end       interrupted: a signal asked reeve to end
$ bash at 'one\n|\x03' reeve run $GUEST/echo.elf | grep -a -e exit -e end
exit 1
? ^Cend       interrupted: a signal asked reeve to end
