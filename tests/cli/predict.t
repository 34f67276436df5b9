# SPDX-License-Identifier: BSD-2-Clause
# predict.t - reeve measure: the RIM that reeve run will have, of every guest program, by every option, from the image, a list and a trace.
$ cat >check <<'END'
> set -e
> reeve run "$@" --timeout 50 --json --trace trace --trace-format json >/dev/null 2>summary || true
> by_run=$(tail -n 1 summary | python3 -c 'import json, sys; print(json.load(sys.stdin)["rim"])')
> before=$(reeve measure "$@")
> from_trace=$(reeve measure --events trace)
> reeve measure "$@" --format events --out events
> from_list=$(reeve measure --events events)
> by_witness=$($SRC/tests/cli/rim_witness.py 1.0 4096 events schema $SRC/docs/events.schema.json)
> [ "$before" = "$by_run" ] && [ "$from_trace" = "$by_run" ] && [ "$from_list" = "$by_run" ] && [ "$by_witness" = "$by_run" ] && echo "${#before} digits, five times the same"
> END
# Every guest program that ends by itself,
$ for elf in $GUEST/*.elf; do case $elf in */spin.elf) ;; *) bash check --cpus 4 $elf ;; esac; done | sort | uniq -c | sed 's/^ *[0-9]* //'
64 digits, five times the same
# and every option of a realm.
$ for options in "--hash sha512" "--ram 1G --ipa-bits 32" "--ram 3G --ipa-bits 33" "--ram 18448K --cpus 3" "--ipa-bits 48 --page-size 64k --rpv 77" "--cpus 64"; do bash check $options $GUEST/hello.elf; done
128 digits, five times the same
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
