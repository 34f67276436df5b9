# SPDX-License-Identifier: BSD-2-Clause
# measure.t - measurements: the Realm reads the RIM that the host predicts and that a trace gives, and REMs that anyone can compute.
$ cat >check <<'END'
> set -e
> reeve run "$@" --json --trace trace --trace-format json $GUEST/measure.elf >console 2>summary
> in_realm=$(sed -n 's/^RIM  //p' console)
> by_host=$(tail -n 1 summary | python3 -c 'import json, sys; print(json.load(sys.stdin)["rim"])')
> from_trace=$($SRC/tests/cli/rim_from_trace.py trace)
> [ "$in_realm" = "$by_host" ] && [ "$in_realm" = "$from_trace" ] && echo "${#in_realm} digits, three times the same"
> END
$ bash check
64 digits, three times the same
$ bash check --hash sha512
128 digits, three times the same
# Other tables: RAM declared in 4 KiB, 2 MiB and 1 GiB entries, other roots, other CPUs.
$ for options in "--ram 1G --ipa-bits 32" "--ram 3G" "--ram 18448K --cpus 3" "--ipa-bits 48 --page-size 64k --rpv 77"; do bash check $options; done
64 digits, three times the same
64 digits, three times the same
64 digits, three times the same
64 digits, three times the same
# REM n = H(zeroes || 01 02 03 ... of 0, 1, 32, 64 bytes), by sha256sum and sha512sum.
$ for bits in 256 512; do
>   reeve run --hash sha$bits $GUEST/measure.elf 2>/dev/null | grep "^REM.'" >realm
>   n=0
>   for size in 0 1 32 64; do
>     rem=$({ head -c $((bits / 8)) /dev/zero; python3 -c "import sys; sys.stdout.buffer.write(bytes(range(1, $size + 1)))"; } | sha${bits}sum | cut -d ' ' -f 1)
>     echo "REM$n' $rem"
>     n=$((n + 1))
>   done | diff realm - && wc -l <realm
> done
4
4
$ reeve run $GUEST/measure.elf 2>/dev/null | grep -v ^R
read of index 5: ERROR_INPUT
extend of index 0: ERROR_INPUT
extend of index 5: ERROR_INPUT
extend by 65 bytes: ERROR_INPUT
measure: ok
