# SPDX-License-Identifier: BSD-2-Clause
# predict.t - reeve measure: the RIM that reeve run will have, of every guest program, by every option, from the image, a list and a trace.
$ cat >check <<'END'
> set -e
> reeve run "$@" --timeout 5 --json --trace trace --trace-format json >/dev/null 2>summary || true
> by_run=$(tail -n 1 summary | python3 -c 'import json, sys; print(json.load(sys.stdin)["rim"])')
> before=$(reeve measure "$@")
> from_trace=$(reeve measure --events trace)
> reeve measure "$@" --format events --out events
> from_list=$(reeve measure --events events)
> by_witness=$($SRC/tests/cli/rim_witness.py 1.0 4096 events schema $SRC/docs/events.schema.json)
> [ "$before" = "$by_run" ] && [ "$from_trace" = "$by_run" ] && [ "$from_list" = "$by_run" ] && [ "$by_witness" = "$by_run" ] && echo "${#before} digits, five times the same"
> END
# Every guest program, whether it ends by itself or not: the RIM is final when it starts,
$ for elf in $GUEST/*.elf; do bash check --cpus 4 $elf || echo "$elf differs"; done | sort | uniq -c | sed 's/^ *[0-9]* //'
64 digits, five times the same
# and every option of a realm.
$ echo c0ffee >rpv; for options in "--hash sha512" "--page-size 16k --rpv @rpv" "--ram 1G --ipa-bits 32" "--ram 3G --ipa-bits 33" "--ram 18448K --cpus 3" "--ipa-bits 48 --page-size 64k --rpv 77" "--cpus 64"; do bash check $options $GUEST/hello.elf; done
128 digits, five times the same
64 digits, five times the same
64 digits, five times the same
64 digits, five times the same
64 digits, five times the same
64 digits, five times the same
64 digits, five times the same
$ head -c 100001 /dev/zero | tr '\0' '\325' >raw
$ bash check raw
64 digits, five times the same
# A realm that failed on the way, or was told lies, has the RIM of what the monitor did.
$ reeve run --rule 'misreport DATA_CREATE nth=4 status=ERROR_INPUT' --rule 'refuse RTT_CREATE nth=2 status=ERROR_INPUT' --trace trace --trace-format json $GUEST/hello.elf >/dev/null 2>&1
[1]
$ [ "$(reeve measure --events trace)" = "$($SRC/tests/cli/rim_from_trace.py trace)" ] && echo same
same
# What the model's CPU has not is measured all the same: LPA2 and a vector of 512 bits, by the list and by an independent witness.
$ for options in "--lpa2" "--lpa2 --ipa-bits 52 --ram 257T" "--sve-vl 512" "--lpa2 --sve-vl 128"; do
>   reeve measure $options --format events --out events $GUEST/hello.elf
>   [ "$(reeve measure $options $GUEST/hello.elf)" = "$(reeve measure --events events)" ] &&
>     [ "$(reeve measure --events events)" = "$($SRC/tests/cli/rim_witness.py 1.0 4096 events schema $SRC/docs/events.schema.json)" ] &&
>     reeve measure $options --explain $GUEST/hello.elf | grep -oE 'flags=0x[0-9a-f]+ s2sz=[0-9]+ sve_vl=[0-9]+'
> done
flags=0x1 s2sz=40 sve_vl=0
flags=0x1 s2sz=52 sve_vl=0
flags=0x2 s2sz=40 sve_vl=3
flags=0x3 s2sz=40 sve_vl=0
