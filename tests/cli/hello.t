# SPDX-License-Identifier: BSD-2-Clause
# hello.t - the first program: console on standard output, summary on standard error, as text and as JSON.
$ reeve run $GUEST/hello.elf
Hello from a realm
RSI version 1.0
IPA width 40 bits
hash algorithm sha-256
RPV 0000000000000000...
hello: ok
2> end       system_off: the Realm switched itself off
2> hash      sha-256
2> rim       [0-9a-f]{64} (re)
2> rpv       0{128} (re)
2> rmi calls \d+ (re)
2> ...
2>          1 RMI_REALM_CREATE
2>          1 RMI_REALM_DESTROY
2> ...
2> granules  free \d+, books \d+, params \d+, spare 0, rd 1, rtt \d+, rec 1, rec_aux 16, data \d+, leaked 0 (re)
2> time      create \d+\.\d\d ms, ram .*, populate .*, share .*, recs .*, activate .*, run .*, destroy \d+\.\d\d ms (re)
2> leaked    none
$ reeve run --json $GUEST/hello.elf 2>summary >console
$ diff console <(reeve run $GUEST/hello.elf 2>/dev/null)
$ wc -l <summary
1
$ $SRC/tests/cli/schema_check.py $SRC/docs/summary.schema.json summary
valid
# What was delegated was undelegated, what was created was destroyed, and the uses add up to it.
$ python3 -c '
> import json
> s = json.load(open("summary"))
> c, g = s["rmi_calls"], s["granules"]
> print(s["end"], s["hash"], len(s["rim"]), s["rpv"] == "00" * 64, s["leaked"])
> print(c["RMI_GRANULE_DELEGATE"] == c["RMI_GRANULE_UNDELEGATE"])
> print([c["RMI_" + name + "_CREATE"] == c["RMI_" + name + "_DESTROY"] for name in ("REALM", "REC", "DATA", "RTT")])
> print(c["RMI_GRANULE_DELEGATE"] >= g["rd"] + g["rtt"] + g["rec"] + g["rec_aux"] + g["data"] + g["spare"])
> print(g["data"] == c["RMI_DATA_CREATE"], g["rec_aux"], all(s["phases_ns"].values()))'
system_off sha-256 64 True []
True
[True, True, True, True]
True
True 16 True
# The same image and options give the same RIM; the RPV is no part of it.
$ rim() { reeve run --json "$@" $GUEST/hello.elf 2>&1 >/dev/null | python3 -c 'import json, sys; print(json.load(sys.stdin)["rim"])'; }
> [ "$(rim)" = "$(rim)" ] && echo repeats
> [ "$(rim)" = "$(rim --rpv 00ff)" ] && echo without RPV
> [ "$(rim)" = "$(rim --page-size 64k)" ] && echo without page size
> for option in --ram=128M --cpus=2 --ipa-bits=41 --hash=sha512; do [ "$(rim)" != "$(rim $option)" ] && echo with $option; done
repeats
without RPV
without page size
with --ram=128M
with --cpus=2
with --ipa-bits=41
with --hash=sha512
