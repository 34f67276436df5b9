# SPDX-License-Identifier: BSD-2-Clause
# ends.t - every way a run can end; the Realm is taken apart each time and nothing stays behind.
# Raw binaries by hand: movz x0, #0x8400, lsl 16; movk x0, #FUNCTION; smc #0; b . with FUNCTION 8 off, 9 reset, 2 CPU_OFF.
$ psci() { printf "\000\200\260\322\\$(printf %o $(($1 << 5 & 255)))\\$(printf %o $(($1 >> 3)))\200\362\003\000\000\324\000\000\000\024"; }
> psci 8 >off; psci 9 >reset; psci 2 >cpu_off; psci 1 >suspend; wc -c <off
16
$ end() { reeve run --json "$@" 2>err; echo "code $?"; tail -n 1 err | python3 -c 'import json, sys; s = json.load(sys.stdin); print(s["end"], s["leaked"], s["rmi_calls"]["RMI_GRANULE_DELEGATE"] == s["rmi_calls"]["RMI_GRANULE_UNDELEGATE"])'; }
> end off; end reset; end cpu_off; end --timeout 0.3 suspend
code 0
system_off [] True
code 1
system_reset [] True
code 1
cpus_off [] True
code 1
timeout [] True
$ reeve run reset 2>&1 | head -n 1
end       system_reset: the Realm asked for a reset
# A Realm that never gives its CPU back is stopped in time: here within two seconds of the half it was given.
$ SECONDS=0
> reeve run --timeout 0.5 $GUEST/spin.elf 2>err; code=$?
> [ $SECONDS -le 3 ] && echo in time
> grep -E '^(end|leaked)' err; exit $code
spin: started
in time
end       timeout: the time was up
leaked    none
[1]
# So is one that is still being built; the 200 MiB that were half given come back.
$ truncate -s 200M large
$ reeve run --ram 256M --timeout 0.02 --json large 2>err
[1]
$ python3 -c '
> import json
> s = json.loads(open("err").readlines()[-1])
> print(s["end"], s["leaked"], s["phases_ns"]["populate"] > 0, s["phases_ns"]["run"], "error" in s)'
timeout [] True 0 False
# A signal stops a Realm like its time does: the summary and the trace are whole. --preserve-status: the code is reeve's, not 124.
$ for signal in INT TERM; do
>   timeout -s $signal --preserve-status 1 reeve run --json --trace $signal --trace-format chrome $GUEST/spin.elf 2>err
>   echo "code $?"
>   $SRC/tests/cli/schema_check.py $SRC/docs/summary.schema.json err
>   python3 -c '
> import json, sys
> s, t = json.load(open("err")), json.load(open(sys.argv[1]))
> calls = sum(e["ph"] == "X" and e["cat"] == "rmi" for e in t["traceEvents"])
> print(s["end"], s["leaked"], calls == sum(s["rmi_calls"].values()))' $signal
> done
spin: started
code 1
valid
interrupted [] True
spin: started
code 1
valid
interrupted [] True
# Many CPUs at once, and a Realm that is still being built: sent when its trace shows that populating began.
$ timeout -s INT --preserve-status 1 reeve run --cpus 8 $GUEST/spin.elf 2>&1 | grep -E '^(end|leaked)'
end       interrupted: a signal asked reeve to end
leaked    none
$ reeve run --ram 256M --trace calls --json large 2>err & pid=$!
> until grep -qs DATA_CREATE calls; do sleep 0.01; done
> kill -TERM $pid; wait $pid
[1]
$ python3 -c '
> import json
> s = json.loads(open("err").readlines()[-1])
> print(s["end"], s["leaked"], s["phases_ns"]["populate"] > 0, s["phases_ns"]["run"])'
interrupted [] True 0
# A second signal kills when the first did not help, here because nobody reads the trace: 143 is SIGTERM's.
$ mkfifo pipe; exec 3<>pipe
> reeve run --ram 256M --trace pipe --json large 2>err & pid=$!
> grep -qm 1 DATA_CREATE <&3; sleep 0.5
> kill -TERM $pid; kill -TERM $pid; sleep 0.7
> kill -0 $pid && echo there; kill -TERM $pid; wait $pid
there
[143]
$ cat err
# What the process was started to ignore stays ignored: a shell's & does that to SIGINT.
$ reeve run --trace third --timeout 1 $GUEST/spin.elf 2>err & pid=$!
> until grep -qs DATA_CREATE third; do sleep 0.01; done
> kill -INT $pid; wait $pid
spin: started
[1]
$ head -n 1 err
end       timeout: the time was up
# A time that is not used up changes nothing.
$ reeve run --timeout 50 $GUEST/hello.elf 2>/dev/null | tail -n 1
hello: ok
