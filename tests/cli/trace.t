# SPDX-License-Identifier: BSD-2-Clause
# trace.t - the three trace formats: shape, names of the specification, failed conditions, and agreement with the summary.
$ reeve run --trace calls $GUEST/hello.elf >/dev/null 2>&1
$ grep -vcE '^\[cpu0 (realm1 )?\+[0-9]+\.[0-9]{3}ms\] RMI_[A-Z_]+\(([a-z_]+=(0x[0-9a-f]+|-?[0-9]+)(, )?)*\) = [A-Z_]+(\([0-9]+\) [a-z_0-9]+)?( [a-z_]+=[0-9a-zA-Z_-]+)* <[0-9]+\.[0-9]us>$' calls
0
[1]
$ head -n 2 calls
.cpu0 \+[0-9.]+ms\] RMI_VERSION\(req=0x10000\) = SUCCESS lower=0x10000 higher=0x10000 <[0-9.]+us> (re)
.cpu0 \+[0-9.]+ms\] RMI_FEATURES\(index=0\) = SUCCESS value=0x[0-9a-f]+ <[0-9.]+us> (re)
$ grep -m 1 DATA_CREATE calls
.cpu0 realm1 \+[0-9.]+ms\] RMI_DATA_CREATE\(rd=0x[0-9a-f]+, data=0x[0-9a-f]+, ipa=0x40000000, src=0x[0-9a-f]+, flags=1\) = SUCCESS <[0-9.]+us> (re)
$ grep ERROR calls | head -n 1
.cpu0 realm1 \+[0-9.]+ms\] RMI_RTT_INIT_RIPAS\(rd=0x[0-9a-f]+, base=0x40000000, top=0x44000000\) = ERROR_RTT\([0-2]\) (no_progress|base_align) <[0-9.]+us> (re)
$ grep -c 'exit=PSCI' calls
1
# Standard output is the console's, so - is standard error, and the summary comes after.
$ reeve run --trace - --json $GUEST/hello.elf 2>both | tail -n 1
hello: ok
$ tail -n 1 both | cut -c 1-20
{"end":"system_off",
$ grep -c '^\[cpu0' both | python3 -c 'import json, sys; print(int(sys.stdin.read()) == sum(json.loads(open("both").readlines()[-1])["rmi_calls"].values()))'
True
# JSON: as its schema says, numbered without gaps, and as many calls of each command as the summary counts.
$ reeve run --cpus 3 --json --trace calls.json --trace-format json $GUEST/smp.elf >/dev/null 2>summary
$ $SRC/tests/cli/schema_check.py $SRC/docs/trace.schema.json calls.json
valid
$ $SRC/tests/cli/schema_check.py $SRC/docs/summary.schema.json summary last
valid
$ python3 -c '
> import collections, json
> calls = [json.loads(line) for line in open("calls.json")]
> counts = json.loads(open("summary").readlines()[-1])["rmi_calls"]
> print([c["n"] for c in calls] == list(range(1, len(calls) + 1)))
> print(collections.Counter(c["cmd"] for c in calls) == counts)
> print(all((c["status"] == "SUCCESS") == (c["condition"] is None) for c in calls))
> print(sorted({c["cpu"] for c in calls}), {c["realm"] for c in calls if "rd" in c["args"] or "rec" in c["args"]})
> print([(c["params"]["flags"], c["params"]["pc"] != "0x0", c["params"]["mpidr"]) for c in calls if c["cmd"] == "RMI_REC_CREATE"])
> print({len(c["content"]) for c in calls if c["cmd"] == "RMI_DATA_CREATE"})'
True
True
True
[0, 1, 2] {1}
[(1, True, '0x0'), (0, False, '0x1'), (0, False, '0x2')]
{64}
# Chrome: one object, a named row for each CPU, calls on their CPU's row, the realm's phases on a row of their own, in order.
$ reeve run --cpus 3 --trace calls.chrome --trace-format chrome $GUEST/smp.elf >/dev/null 2>&1
$ python3 -c '
> import json
> events = json.load(open("calls.chrome"))["traceEvents"]
> rows = {e["tid"]: e["args"]["name"] for e in events if e["name"] == "thread_name"}
> spans = [e for e in events if e["ph"] == "X"]
> print(sorted(rows.values()))
> print({rows[e["tid"]][:3] for e in spans if e["cat"] == "rmi"}, {rows[e["tid"]] for e in spans if e["cat"] == "phase"})
> phases = [e for e in spans if e["cat"] == "phase"]
> print([e["name"] for e in phases])
> print(all(a["ts"] + a["dur"] <= b["ts"] for a, b in zip(phases, phases[1:])))
> print(all(e["dur"] >= 0 and e["ts"] >= 0 for e in spans), len({e["args"]["n"] for e in spans if e["cat"] == "rmi"}) > 100)'
['cpu 0', 'cpu 1', 'cpu 2', 'realm 1']
{'cpu'} {'realm 1'}
['create', 'ram', 'populate', 'share', 'recs', 'activate', 'run', 'destroy']
True
True True
$ reeve run --trace /nowhere/calls $GUEST/hello.elf
2> reeve run: --trace /nowhere/calls cannot be written: No such file or directory
[1]
# A file that is already there is not touched before everything was accepted, and an image or RPV is never written over.
$ cp $GUEST/hello.elf mine.elf; ln mine.elf link.elf; printf owner >mine
$ reeve run --trace mine --ipa-bits 60 mine.elf 2>/dev/null; reeve run --trace mine --ram 5000001 mine.elf 2>/dev/null; reeve run --trace mine nothing 2>/dev/null
[1]
$ cat mine
owner
$ reeve run --trace new --ipa-bits 60 mine.elf 2>/dev/null; ls new 2>/dev/null
[2]
$ reeve run --trace link.elf mine.elf
2> reeve run: --trace link.elf is the image; name another file
[1]
$ reeve run --trace ./mine --rpv @mine mine.elf
2> reeve run: --trace ./mine is the file of --rpv; name another file
[1]
$ cat mine; cmp mine.elf $GUEST/hello.elf
owner
$ reeve run --trace mine mine.elf >/dev/null 2>&1; head -n 1 mine
.cpu0 .* RMI_VERSION.* (re)
# A trace that could not be written is a failure, though the Realm ended well.
$ reeve run --json --trace /dev/full $GUEST/hello.elf 2>err >/dev/null
[1]
$ head -n 1 err
reeve run: --trace /dev/full is not complete: it cannot be written
$ tail -n 1 err | cut -c 1-20
{"end":"system_off",
