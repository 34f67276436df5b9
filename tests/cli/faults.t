# SPDX-License-Identifier: BSD-2-Clause
# faults.t - reeve faults: a part of a sweep, one run of it again, and what is said of wrong usage.
$ reeve faults --help | head -n 5
usage: reeve faults [--scenario NAME] [--shard I/N] [--jobs N] [--singles]
                    [--rule RULES] [--fault FILE] [--calls] [--map DIR] [--list]
                    [--json]

Make every call of the host fail in every way, and judge what it does.
$ reeve faults --shard 0/2
2> reeve faults: --shard '0/2' is not i/n with i from 1 to n and n at most 1000000, such as 1/4
2> reeve faults --help shows how it is used
[2]
$ reeve faults --shard 3/2
2> reeve faults: --shard '3/2' is not i/n with i from 1 to n and n at most 1000000, such as 1/4
2> reeve faults --help shows how it is used
[2]
$ reeve faults --jobs 0
2> reeve faults: --jobs '0' is not a number from 1 to 64
2> reeve faults --help shows how it is used
[2]
$ reeve faults --scenario breakfast
2> reeve faults: there is no scenario 'breakfast'; reeve faults --list names them
2> reeve faults --help shows how it is used
[2]
$ reeve faults --rule 'refuse alloc'
2> reeve faults: --rule and --fault are for one run: name its --scenario
2> reeve faults --help shows how it is used
[2]
$ reeve faults --scenario create --rule 'refuse alloc nth=0'
2> reeve faults: --rule: .*nth=0.* (re)
2> reeve faults --help shows how it is used
[2]
$ reeve faults --scenario create --rule 'refuse alloc phase=run'
2> reeve faults: --rule: "refuse alloc phase=run": the phases of this scenario are begin, create and destroy
2> reeve faults --help shows how it is used
[2]
$ reeve faults --scenario create --fault nowhere
2> reeve faults: nowhere cannot be opened: No such file or directory
[1]
$ touch file; reeve faults --scenario create --map file
2> reeve faults: --map file: it is no folder
[1]
# The list: the scenarios, the outcomes, and what no host could notice. The manual names them all as well.
$ reeve faults --list
create         create a realm
create-16k     create a realm with host pages of 16 KiB
create-64k     create a realm with host pages of 64 KiB
...

Outcomes:
untouched      no rule acted
...

Left out, as no host can notice:
RMI_GRANULE_UNDELEGATE: SUCCESS, not carried out: .* (re)
...
$ for name in $(reeve faults --list | sed -n '1,/^$/p;/^Outcomes/,/^$/p' | grep -v : | cut -d ' ' -f 1); do
>   grep -q "\*$name\*" $SRC/docs/man/reeve-faults.1.scd || echo "$name is not in the manual"
> done
$ reeve faults --list | sed -n '/^Left out/,$p' | grep -o '^RMI_[A-Z_]*' | while read name; do
>   grep -q "^\*$name\*" $SRC/docs/man/reeve-faults.1.scd || echo "$name is not in the manual"
> done
# A scenario, whole: nothing fails, and the four parts of it are it.
$ reeve faults --scenario create
scenario         calls  singles    pairs  untouched carried_on    retried      ended     leaked     failed     time
create( +\d+){3} +0( +\d+){4} +0 +\d+\.\d s (re)
all( +\d+){3} +0( +\d+){4} +0 +\d+\.\d s (re)
$ reeve faults --scenario create --json >all
> for i in 1 2 3 4; do reeve faults --scenario create --json --shard $i/4 --jobs $i; done >parts
> cat all parts >both; $SRC/tests/cli/schema_check.py $SRC/docs/faults.schema.json both
> python3 -c '
> import json
> whole = json.load(open("all"))["scenarios"][0]
> parts = [json.loads(line)["scenarios"][0] for line in open("parts")]
> for key in "singles", "pairs", "cases", "done":
>     print(key, whole[key] == sum(p[key] for p in parts) > 0)
> print("outcomes", all(n == sum(p["outcomes"][name] for p in parts) for name, n in whole["outcomes"].items()))
> print("leaks", whole["leaked"] == sorted((v for p in parts for v in p["leaked"]), key=whole["leaked"].index))
> print("sum", sum(whole["outcomes"].values()) == whole["singles"] + whole["pairs"], len(whole["leaked"]) == whole["outcomes"]["leaked"])'
valid
singles True
pairs True
cases True
done True
outcomes True
leaks True
sum True True
# Single faults of every short scenario: nothing fails. CI sweeps the long ones too.
$ for name in create-16k create-64k populate ripas psci share teardown two-threads; do
>   reeve faults --singles --scenario $name | awk -v name=$name '$1 == "all" { print name, ($3 > 100), $10 }'
> done
create-16k 1 0
create-64k 1 0
populate 1 0
ripas 1 0
psci 1 0
share 1 0
teardown 1 0
two-threads 1 0
# --singles: no pairs, and the singles are the same.
$ reeve faults --scenario create --singles --json | python3 -c '
> import json, sys
> one, all = json.load(sys.stdin)["scenarios"][0], json.load(open("all"))["scenarios"][0]
> print(one["pairs"], one["singles"] == all["singles"])'
0 True
# One run again: as it was in the sweep, with what the host said, and each call. First one that leaks, of two rules.
$ python3 -c 'import json; print(json.load(open("all"))["scenarios"][0]["leaked"][-1]["rules"])' >rules
> reeve faults --scenario create --rule "$(cat rules)" --json --calls >one
> $SRC/tests/cli/schema_check.py $SRC/docs/faults.schema.json one
> python3 -c '
> import json
> one, was = json.load(open("one")), json.load(open("all"))["scenarios"][0]["leaked"][-1]
> print(one["outcome"], [one[k] == was[k] for k in ("rules", "said", "granules")], len(one["calls"]) > 5)'
valid
leaked [True, True, True] True
$ reeve faults --scenario create --rule 'refuse REALM_CREATE status=ERROR_INPUT' --calls
begin     RMI_VERSION(req=0x10000) = SUCCESS lower=0x10000 higher=0x10000
...
create    RMI_REALM_CREATE\(rd=0x[0-9a-f]+, params_ptr=0x[0-9a-f]+\) = ERROR_INPUT\(0\) (re)
...
create    RMI_REC_AUX_COUNT\(rd=0x[0-9a-f]+\) = SUCCESS aux_count=2 (re)
...
outcome   retried: a step failed, and its repetition succeeded
host said .*RMI_REALM_CREATE returned ERROR_INPUT.* (re)
leaked    0 granules at most
$ printf 'refuse RMI_REALM_CREATE\n  status=BUSY\n' >plan; reeve faults --scenario create --fault plan
2> reeve faults: plan:.* (re)
[1]
$ echo 'refuse RMI_REALM_CREATE status=BUSY # once' >plan; reeve faults --scenario create --fault plan
outcome   carried_on: every step succeeded the first time
host said nothing
leaked    0 granules at most
$ reeve faults --scenario create --rule ''
outcome   untouched: no rule acted
host said nothing
leaked    0 granules at most
# A rule that never acts tests nothing, and that is a failure: the line that is printed of one repeats it.
$ reeve faults --scenario create --rule 'refuse RTT_FOLD status=ERROR_INPUT'
outcome   failed: a rule was broken
why       no rule ever acted: the run tests nothing
host said nothing
leaked    0 granules at most
[1]
# A picture of each run that leaks, under the name of its rules; that of one run has the same name.
$ reeve faults --scenario create --map maps --json >drawn
> python3 -c '
> import json, os
> drawn = json.load(open("drawn"))["scenarios"][0]["leaked"]
> files = sorted("maps/" + name for name in os.listdir("maps"))
> print(len(drawn) > 0, files == sorted(v["map"] for v in drawn))
> print(all(open(f).read().rstrip().endswith("</svg>") for f in files))'
True True
True
$ mv maps old; reeve faults --scenario create --map maps --rule "$(cat rules)" | grep ^map
map       maps/create_.*_refuse_.*\.svg (re)
$ ls maps | wc -l; cmp maps/* old/$(ls maps)
1
# Interrupted it says how far it came, and leaves no process behind.
$ timeout -s INT --preserve-status 3 reeve faults --scenario fold --jobs 2 --json >interrupted; echo $?
> cat /proc/[0-9]*/stat 2>/dev/null | awk -v session=$$ '$2 == "(reeve)" && $6 == session'
> $SRC/tests/cli/schema_check.py $SRC/docs/faults.schema.json interrupted
> python3 -c '
> import json
> all = json.load(open("interrupted"))
> part = all["scenarios"][0]
> print(part["done"] < part["cases"], part["singles"] > 0, all["error"].startswith("interrupted in fold, "))'
1
valid
True True True
2> reeve faults: interrupted in fold, \d+ of \d+ cases done (re)
# A picture that cannot be written is told, and is in the exit code.
$ for file in old/*; do mkdir -p taken/${file#old/}; done; reeve faults --scenario create --map taken >drawn
2> reeve faults: --map taken: \d+ pictures cannot be written there (re)
[1]
$ reeve faults --scenario create --map taken --rule "$(cat rules)" | grep ^outcome
outcome   leaked: granules were on the leak list, each explained, until all was reclaimed
2> reeve faults: --map: taken/create_.* cannot be written: Is a directory (re)
# What a person at a terminal sees: a line that is written over and gone at the end.
$ "$SRC"/tests/cli/terminal.py '' reeve faults --scenario populate --jobs 1 | grep -c '^.*populate  *\[#* *\] [0-9]*/[0-9]*, [0-9]* runs, [0-9]*/s' >shown
> [ "$(cat shown)" -ge 1 ] && echo shown
shown
