# SPDX-License-Identifier: BSD-2-Clause
# rmi.t - reeve rmi from files and pipes: answers, expectations, errors with their place, and exit codes.
$ reeve rmi --help
usage: reeve rmi [--machine SETTINGS] [--json] [FILE]

Talk to a monitor: commands by name, and what is expected of them.

  --machine SETTINGS +as if the first line were machine SETTINGS (re)
  --json +an object a line for what is printed (re)
  -h, --help +show this text (re)
$ printf 'VERSION req=0x10000\n# nothing\n\nRMI_FEATURES index=1' | reeve rmi
VERSION = SUCCESS lower=0x10000 higher=0x10000
FEATURES = SUCCESS value=0x0
$ printf 'VERSION req=0x10000\r\n' | reeve rmi -
VERSION = SUCCESS lower=0x10000 higher=0x10000
# Expectations: each kind, held and not. The run goes on behind one that does not hold.
$ cat >world.rmi <<'END'
> machine aux=0
> $rd = granule delegated
> REALM_CREATE rd=$rd params={s2sz=33}
> $rec = granule delegated
> REC_CREATE rd=$rd rec=$rec params={flags=RUNNABLE}
> REALM_ACTIVATE rd=$rd
> $p = granule
> fill $p = 0xab
> program $rec {smc RSI_VERSION 0x10000; load 0x100000000}
> REC_ENTER rec=$rec run={}
> END
$ { cat world.rmi; printf '%s\n' 'expect SUCCESS' 'expect X0=0' 'expect exit SYNC far=0' 'expect realm X0=0 X1=0x10000' 'expect state $rec REC owner=$rd' 'expect read $p+4092 u32 = 0xabababab' 'expect valid'; } >held.rmi; reeve rmi held.rmi
REALM_CREATE = SUCCESS
REC_CREATE = SUCCESS
REALM_ACTIVATE = SUCCESS
  realm: RSI_VERSION = SUCCESS lower=0x10000 higher=0x10000
REC_ENTER = SUCCESS exit=SYNC esr=0x91c08007 hpfar=0x1000000
7 passed, 0 failed
$ { cat world.rmi; printf '%s\n' 'expect ERROR_REC' 'expect X0=0 X1=1' 'expect exit SYNC far=8' 'expect exit IRQ' 'expect realm X1=0x10001' 'expect state $rec REC owner=0' 'expect state $p RD' 'expect read $p u8 = 0' 'expect NOT_SUPPORTED' 'expect SUCCESS X1=2'; } >broken.rmi; reeve rmi broken.rmi | tail -n 1; exit ${PIPESTATUS[0]}
0 passed, 10 failed
2> broken.rmi:11: expect ERROR_REC: got SUCCESS exit=SYNC esr=0x91c08007 hpfar=0x1000000
2> broken.rmi:12: expect X0=0 X1=1: got X1=0x0
2> broken.rmi:13: expect exit SYNC far=8: got SUCCESS exit=SYNC esr=0x91c08007 hpfar=0x1000000
2> broken.rmi:14: expect exit IRQ: got SUCCESS exit=SYNC esr=0x91c08007 hpfar=0x1000000
2> broken.rmi:15: expect realm X1=0x10001: got a realm with X1=0x10000
2> broken.rmi:16: expect state $rec REC owner=0: got REC owner=0x40000000
2> broken.rmi:17: expect state $p RD: got UNDELEGATED owner=0x0
2> broken.rmi:18: expect read $p u8 = 0: got 0xab
2> broken.rmi:19: expect NOT_SUPPORTED: got SUCCESS exit=SYNC esr=0x91c08007 hpfar=0x1000000
2> broken.rmi:20: expect SUCCESS X1=2: got SUCCESS exit=SYNC esr=0x91c08007 hpfar=0x1000000 X1=0x0
[1]
# Status, index and condition are each looked at.
$ for e in 'ERROR_INPUT' 'ERROR_INPUT(0)' 'ERROR_INPUT addr_align' 'ERROR_INPUT(1)' 'ERROR_INPUT addr_bound' 'ERROR_RTT'; do
>   printf '%s\n' 'GRANULE_DELEGATE addr=1' "expect $e" | reeve rmi 2>/dev/null | tail -n 1
> done
1 passed, 0 failed
1 passed, 0 failed
1 passed, 0 failed
0 passed, 1 failed
0 passed, 1 failed
0 passed, 1 failed
# A line that cannot be understood: nothing of the file is carried out, and each such line is told.
$ printf '%s\n' 'VERSION req=0x10000' '  REALM_CREAT rd=1' 'REALM_CREATE rd=1 params={zap=1}' >wrong.rmi; reeve rmi wrong.rmi
2> reeve rmi: wrong.rmi:2:3: there is no command 'REALM_CREAT'; is it REALM_CREATE? Type help for the list.
2>     REALM_CREAT rd=1
2>     ^
2> reeve rmi: wrong.rmi:3:27: RmiRealmParams has no field 'zap'; help RmiRealmParams names its fields
2>   REALM_CREATE rd=1 params={zap=1}
2>                             ^
[2]
# A line that cannot be carried out ends the run.
$ printf '%s\n' 'VERSION req=0x10000' 'read $nothing u8' 'VERSION req=0x10000' | reeve rmi
VERSION = SUCCESS lower=0x10000 higher=0x10000
2> reeve rmi: stdin:2:6: there is no variable $nothing: $nothing = granule makes one
2>   read $nothing u8
2>        ^
[2]
# What the host may not touch, and what is not there.
$ echo 'printf "%s\n" "$@" | reeve rmi 2>&1 | grep -o "stdin:.*"' >try
$ bash try '$a = granule delegated' 'read $a u8'
stdin:2:6: 0x40000000 is DELEGATED: the host that touches it takes a granule protection fault
$ bash try '$a = granule delegated' 'fill $a = 1'
stdin:2:6: 0x40000000 is DELEGATED: the host that touches it takes a granule protection fault
$ bash try 'read 0x1000 u8'
stdin:1:6: there is no memory at 0x1000
$ bash try '$a = granule' 'write $a+4090 u64 = 1'
stdin:2:7: 8 bytes from 0x40000ffa pass the end of the granule
$ bash try '$a = granule' 'write $a+4 RmiRecParams {}'
stdin:2:1: 4096 bytes from 0x40000004 pass the end of the granule
$ bash try 'machine memory=16K' '$a = granules 8'
stdin:2:1: the machine has no 32768 bytes left side by side: give it more, as in machine memory=1G
$ bash try '$a = granules 0'
stdin:1:1: granules come by 1 to 65536, aligned to at most 268435456 bytes
$ bash try 'VERSION req=1' 'machine memory=16M'
stdin:2:1: the machine was made by a line before: put machine before the first line that needs it
$ bash try 'machine memory=5000' 'VERSION req=1'
stdin:2:1: no machine: a region's base, size or memory is not aligned to 4 KiB
$ bash try 'machine cpu=2'
stdin:1:9: there is no setting of a machine 'cpu'; is it cpus?
$ bash try 'machine S2SZ=256'
stdin:1:14: S2SZ has 8 bits, and 256 does not fit
$ bash try 'machine aux=17'
stdin:1:13: aux is from 1 to 16
$ bash try 'on cpu 8 VERSION req=1'
stdin:1:8: the machine has CPUs 0 to 7: machine cpus=9 gives it more
$ bash try '$X1 = 4'
stdin:1:1: $X1 is a register of the last call: choose another name
$ bash try 'expect SUCCESS'
stdin:1:1: no call was made yet: write this below a command or SMC
$ bash try 'VERSION req=1' 'expect SUCCESS top=0'
stdin:2:16: RMI_VERSION has no result 'top', and it is no register X0 to X17
$ bash try 'REALM_CREATE rd=0 params={s2sz=256}'
stdin:1:32: s2sz has 8 bits, and 0x100 does not fit
$ bash try '$a = 1' 'expect state $a RD'
stdin:2:14: there is no memory at 0x1
$ bash try 'fill 0x40000000 = 256'
stdin:1:19: a granule is filled with a byte, 0 to 0xff
# Bounds.
$ { echo 'machine aux=0'; for i in $(seq 257); do echo "\$v$i = $i"; done; } | reeve rmi
2> reeve rmi: stdin:258:1: there are 256 variables, and no more are kept
2>   $v257 = 257
2>   ^
[2]
$ { printf 'VERSION req='; head -c 1100 /dev/zero | tr '\0' 1; echo; } | reeve rmi 2>&1 | grep -o 'the line.*'
the line has 1112 bytes, and 1024 are the most
$ head -c 5000000 /dev/zero >huge; reeve rmi huge
2> reeve rmi: huge is longer than 4194304 bytes: split it
[1]
$ reeve rmi nothing.rmi
2> reeve rmi: nothing.rmi cannot be opened: No such file or directory
[1]
$ reeve rmi .
2> reeve rmi: . cannot be read: Is a directory
[1]
# The machine: by option and by line.
$ printf '%s\n' 'REC_AUX_COUNT rd=0' 'FEATURES index=0' '$a = granule' 'show' | reeve rmi --machine 'base=0x80000000 memory=1M LPA2=1 S2SZ=52'
REC_AUX_COUNT = ERROR_INPUT rd_bound: .* (re)
FEATURES = SUCCESS value=0x23f00314134
$a           0x80000000 UNDELEGATED
$ reeve rmi --machine 'memory=1M memry=2' </dev/null
2> reeve rmi: --machine:1:19: there is no setting of a machine 'memry'; is it memory?
2>   machine memory=1M memry=2
2>                     ^
[2]
$ reeve rmi --machine '' </dev/null
2> reeve rmi: --machine needs settings, such as 'memory=16M aux=2'
2> reeve rmi --help shows how it is used
[2]
$ reeve rmi ''
2> reeve rmi: the name of the file is empty
2> reeve rmi --help shows how it is used
[2]
$ reeve rmi a b
2> reeve rmi: 'b' is one argument too many
2> reeve rmi --help shows how it is used
[2]
# What is expected of an LPA2 realm; a level below zero is the byte 0xFF.
$ printf '%s\n' '$rd = granule delegated' 'REALM_CREATE rd=$rd params={s2sz=52 flags=LPA2 rtt_level_start=-1 rtt_num_start=1}' 'RTT_READ_ENTRY rd=$rd ipa=0 level=3' 'expect SUCCESS walk_level=-1' '$t = granule delegated' 'RTT_CREATE rd=$rd rtt=$t ipa=0 level=2' 'expect ERROR_RTT(-1) rtt_walk' | reeve rmi --machine 'LPA2=1 S2SZ=52'
REALM_CREATE = SUCCESS
RTT_READ_ENTRY = SUCCESS walk_level=-1 state=UNASSIGNED desc=0x0 ripas=EMPTY
RTT_CREATE = ERROR_RTT(-1) rtt_walk: the walk stopped above the level asked for
2 passed, 0 failed
# JSON: an object a line, in the order of the lines.
$ { head -n 9 held.rmi; echo 'REC_ENTER rec=$rec run={}'; echo 'expect exit IRQ'; echo 'read $p u8'; echo 'show $rec'; } | reeve rmi --json | python3 -c '
> import json, sys
> rows = [json.loads(line) for line in sys.stdin]
> for r in rows:
>     print(r.get("line"), r.get("cmd"), r.get("status"), r.get("condition"), r.get("realm"), r.get("holds"), r.get("value"), r.get("state"))
> print(rows[3]["x"][:2], rows[4]["exit"]["reason"], len(rows[4]["exit"]["gprs"]), rows[4]["args"]["rec"] == rows[7]["show"], rows[-1])'
3 RMI_REALM_CREATE SUCCESS None None None None None
5 RMI_REC_CREATE SUCCESS None None None None None
6 RMI_REALM_ACTIVATE SUCCESS None None None None None
10 None None None RSI_VERSION None None None
10 RMI_REC_ENTER SUCCESS None None None None None
11 None None None None False None None
12 None None None None None 0xab None
13 None None None None None None REC
None None None None None None None None
['0x0', '0x10000'] SYNC 31 True {'passed': 0, 'failed': 1}
# quit ends the run; help is there without a machine.
$ printf '%s\n' 'help GRANULE_DELEGATE' 'help RmiRecParams' 'help REALM_CREATE' quit nonsense | reeve rmi
GRANULE_DELEGATE addr=NUMBER
  give a granule to the Realm world
RmiRecParams
  0x000 flags u64
  0x100 mpidr u64
  0x200 pc u64
  0x300 gprs[8] u64
  0x800 num_aux u64
  0x808 aux[16] u64
REALM_CREATE rd=NUMBER params_ptr=ADDRESS|RmiRealmParams
  create a realm descriptor and its root tables
# Every command and every form of the language is in the help.
$ echo help | reeve rmi | grep -c .
57
# Who reads in between has the answer before the next line.
$ coproc SHELL { reeve rmi; }; echo 'VERSION req=0x10000' >&${SHELL[1]}; read -t 20 -r answer <&${SHELL[0]}; echo "$answer"
VERSION = SUCCESS lower=0x10000 higher=0x10000
$ printf 'VERSION req=0x10000\n' | reeve rmi >/dev/full
2> reeve: standard output cannot be written
[1]
