# SPDX-License-Identifier: BSD-2-Clause
# predict.t - reeve measure: the RIM that reeve run will have, by each rule set, from images, lists, traces and kernels, in every format.
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
# Published: 48 bits of IPA, 2 breakpoints, 2 watchpoints, nothing else.
$ for hash in sha-256 sha-512; do
>   echo "{\"event\": \"create\", \"hash\": \"$hash\", \"s2sz\": 48}" >list
>   reeve measure --events list
> done
6739dfb22b75ee1268d08dfa8369f501bc0b066243553f069f560d1fa1172973
799e434048fb57eb9d4f0e2a2b98158720377252deab2bdfcd69b5a8f82237f434bd6bb1c75bf160a2d49382f733b3439a3ff769e4ea5dd9a6f72239d44bbbab
# A list with all there is, by every rule set, hash and granule, on one thread and on many.
$ mkdir folder; head -c 3000000 /dev/urandom >folder/image
$ cat >folder/list <<'END'
> [
>   {"event": "create", "hash": "HASH", "s2sz": 52, "flags": "0x7", "sve_vl": 3, "num_bps": 5, "num_wps": "0x3", "pmu_num_ctrs": 6},
>   {"event": "ripas", "base": "0x10000", "top": "0x4000000000"},
>   {"event": "ripas", "base": "0x4000000000", "top": "0x4080000000"},
>   {"event": "data", "ipa": "0x4000000000", "file": "image"},
>   {"event": "data", "ipa": 1048576, "file": "image", "offset": 65535, "size": 70001},
>   {"event": "data", "ipa": "0x200000", "zero": 65536, "measured": false},
>   {"event": "data", "ipa": "0x210000", "zero": "131072"},
>   {"event": "unknown", "ipa": "0x400000", "size": "0x10000"},
>   {"event": "rec", "pc": "0x4000000000", "gprs": [1, "0x2", 3]},
>   {"event": "rec", "runnable": false},
>   {"event": "activate"},
>   {"event": "rem", "index": 0, "value": "00112233"},
>   {"event": "rem", "index": 3, "value": ""},
>   {"event": "rem", "index": 0, "value": "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"}
> ]
> END
$ cat >rules <<'END'
> sed "s/HASH/$2/" folder/list >folder/now
> reeve measure --rmm $1 --granule $3 --jobs 3 --format json --out reference --events folder/now || exit 1
> reeve measure --rmm $1 --granule $3 --jobs 1 --format json --events folder/now | cmp - reference || exit 1
> $SRC/tests/cli/schema_check.py $SRC/docs/reference.schema.json reference || exit 1
> python3 - $1 $3 <<'PY' && echo same
> import json, os, subprocess, sys
> reference = json.load(open('reference'))
> size = str(int(sys.argv[2][:-1]) * 1024)
> lines = subprocess.run([os.environ['SRC'] + '/tests/cli/rim_witness.py', sys.argv[1], size, 'folder/now', 'schema',
>                         os.environ['SRC'] + '/docs/events.schema.json'], stdout=subprocess.PIPE, text=True).stdout.split('\n')
> want = [reference['rim']] + [f'rem{i} {r}' for i, r in enumerate(reference['rem']) if r] + ['']
> sys.exit(lines != want or str(reference['granule']) != size or reference['rules'] != sys.argv[1])
> PY
> END
$ for hash in sha-256 sha-512; do bash rules 1.0 $hash 4k; done
valid
same
valid
same
$ for hash in sha-256 sha-384 sha-512; do bash rules tf-rmm-0.9 $hash 4k; for size in 4k 16k 64k; do bash rules 2.0-beta $hash $size; done; done | sort | uniq -c
     12 same
     12 valid
# Formats: each holds the RIM in its true length, as another program reads it.
$ reeve measure --rpv c0ffee $GUEST/hello.elf >hex; reeve measure --format base64 $GUEST/hello.elf | base64 -d | od -An -v -tx1 | tr -d ' \n' | diff - <(tr -d '\n' <hex) && echo same
same
$ for options in "--rmm 1.0" "--rmm 1.0 --hash sha512" "--rmm 2.0-beta --hash sha384 --rpv 00ff"; do
>   reeve measure $options --format corim --out corim $GUEST/hello.elf; reeve measure $options --format json --out json $GUEST/hello.elf
>   $SRC/tests/cli/corim_check.py corim json
> done
the same
the same
the same
$ reeve measure --format corim --events folder/now >corim; reeve measure --format json --events folder/now >json; $SRC/tests/cli/corim_check.py corim json
the same
$ reeve measure --format rvps $GUEST/hello.elf | python3 -c '
> import base64, json, sys
> message = json.load(sys.stdin)
> payload = json.loads(base64.b64decode(message.pop("payload")))
> print(message, list(payload), base64.b64decode(payload["cca.realm.cca-realm-initial-measurement"][0]).hex() == open("hex").read().strip())'
{'version': '0.1.0', 'type': 'sample'} ['cca.realm.cca-realm-initial-measurement'] True
$ reeve measure --rpv c0ffee --format rvstore $GUEST/hello.elf | python3 -c '
> import json, sys
> store = json.load(sys.stdin)
> realm, = store["realm"]
> print(store["platform"], realm["initial-measurement"] == open("hex").read().strip(), realm["rak-hash-algorithm"], realm["personalization-value"][:8])'
[] True sha-256 c0ffee00
# The chain, a line an extension; the last one is the RIM.
$ reeve measure --explain --hash sha256 $GUEST/hello.elf >chain; grep -c ' = [0-9a-f]*$' chain
43
$ sed -n '1p; 33,34p' chain | cut -d = -f 1-8
     1  create  H(params flags=0x0 s2sz=40 sve_vl=0 num_bps=1 num_wps=1 pmu_num_ctrs=0 hash_algo=0 sha-256) 
    33  ripas   H\(2 rim base=0x43e00000 top=0x44000000\) = [0-9a-f]{64} (re)
    34  data    H\(0 rim ipa=0x40000000 flags=1 content=[0-9a-f]{64}\) device tree\+0x0 = [0-9a-f]{64} (re)
$ [ "$(tail -n 1 chain)" = "$(cat hex)" ] && [ "$(grep ' rec ' chain | sed 's/.* = //')" = "$(cat hex)" ] && echo same
same
$ reeve measure --explain --rmm 2.0-beta $GUEST/hello.elf | sed -n 1,2p
     1  create  H(params flags=0x0 s2sz=40 sve_vl=0 num_bps=1 num_wps=1 pmu_num_ctrs=0 hash_algo=0 sha-256) is not measured: the RIM begins as zeroes
     2  ripas   H(2 rim base=0x40000000 top=0x44000000) is not measured
# Where two chains part, and why: a byte of the image, the width, the hash, a range, the entry, the RPV.
$ cp $GUEST/hello.elf other.elf; printf '\377' | dd of=other.elf bs=1 seek=$((0x10123)) conv=notrunc status=none
$ cp $GUEST/hello.elf hello.elf; reeve measure --diff hello.elf hello.elf
the same: 43 extensions
$ reeve measure --diff hello.elf other.elf
the chains part at extension 35
A  data 0x40200000 content [0-9a-f]{64}  \(hello.elf\+0x10000\) (re)
B  data 0x40200000 content [0-9a-f]{64}  \(other.elf\+0x10000\) (re)
why the content of the granule;
[1]
$ for options in "--ipa-bits 41" "--hash sha512" "--ram 66M" "--rpv 01"; do reeve measure --format events --out changed $options hello.elf; reeve measure --diff changed hello.elf | grep -v '^[AB]'; done
the chains part at extension 1
why s2sz 41 against 40;
the chains part at extension 1
why hash_algo 1 against 0 (sha-512 against sha-256);
the chains part at extension 34
why another kind of event: one has more of what comes before it, or another order;
not in the RIM, but a token shows it: RPV 01000.*00 against 0000.*00 (re)
$ sed 's/"pc":"0x40200000"/"pc":"0x40200004"/' changed >entry; reeve measure --diff entry changed
the chains part at extension 43
A  rec pc 0x40200004 x0 0x40000000  (entry:12)
B  rec pc 0x40200000 x0 0x40000000  (changed:12)
why pc 0x40200004 against 0x40200000;
[1]
$ grep -v rec changed >shorter; reeve measure --diff changed shorter
the chains part at extension 43
A  rec pc 0x40200000 x0 0x40000000  (changed:12)
B  ends here
why one goes on where the other ends;
[1]
$ sed 's/"s2sz":40/"s2sz":41/' changed >wider; reeve measure --rmm 2.0-beta --diff wider changed
not in the RIM: s2sz 41 against 40;
[1]
# A Linux kernel, plain and packed: text_offset behind a 2 MiB boundary, the initrd at the next one behind its bss, both named in the device tree.
$ python3 -c '
> import gzip, struct
> image = bytearray(range(256)) * 100
> image[56:60] = b"ARM\x64"
> struct.pack_into("<QQQ", image, 8, 0x80000, 0x345678, 10)
> open("Image", "wb").write(image)
> gzip.open("Image.gz", "wb").write(image)'
$ head -c 5000 /dev/urandom >initrd
$ [ "$(reeve measure --kernel Image --initrd initrd --bootargs quiet)" = "$(reeve measure --kernel Image.gz --initrd initrd --bootargs quiet)" ] && echo same
same
$ reeve measure --explain --kernel Image --initrd initrd | sed -n 's/ content=[0-9a-f]*//; s/ = .*//; /data/p; / rec /p' | cut -c 9-
data    H(0 rim ipa=0x40000000 flags=1) device tree+0x0
data    H(0 rim ipa=0x40280000 flags=1) Image+0x0
data    H(0 rim ipa=0x40281000 flags=1) Image+0x1000
data    H(0 rim ipa=0x40282000 flags=1) Image+0x2000
data    H(0 rim ipa=0x40283000 flags=1) Image+0x3000
data    H(0 rim ipa=0x40284000 flags=1) Image+0x4000
data    H(0 rim ipa=0x40285000 flags=1) Image+0x5000
data    H(0 rim ipa=0x40286000 flags=1) Image+0x6000
data    H(0 rim ipa=0x40600000 flags=1) initrd+0x0
data    H(0 rim ipa=0x40601000 flags=1) initrd+0x1000
rec     H(1 rim H(flags=1 pc=0x40280000 gprs=0x40000000,0x0,0x0,0x0,0x0,0x0,0x0,0x0))
$ reeve measure --kernel Image --initrd initrd --format events --out list && [ "$($SRC/tests/cli/rim_witness.py 1.0 4096 list)" = "$(reeve measure --kernel Image --initrd initrd)" ] && echo same
same
