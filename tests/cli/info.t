# SPDX-License-Identifier: BSD-2-Clause
# info.t - what the monitor says of itself: the model's documented features (IPA 48, both hashes, 16 LRs, 6 + 4 debug registers).
$ reeve info
reeve \d+\.\d+\.\d+ (re)
RMI 1.0 to 1.0
RmiFeatureRegister0 0x[0-9a-f]+ (re)
  S2SZ +48  .* (re)
  LPA2 +0  .* (re)
  SVE_EN +0  .* (re)
  SVE_VL +0  .* (re)
  NUM_BPS +5  .* (re)
  NUM_WPS +3  .* (re)
  PMU_EN +0  .* (re)
  PMU_NUM_CTRS +0  .* (re)
  HASH_SHA_256 +1  .* (re)
  HASH_SHA_512 +1  .* (re)
  GICV3_NUM_LRS +15  .* (re)
  MAX_RECS_ORDER +\d+  .* (re)
# The decoded fields are the register's: S2SZ at 0, NUM_BPS at 14, HASH_SHA_512 at 33, GICV3_NUM_LRS at 34.
$ reeve info --json | python3 -c '
> import json, sys
> info = json.load(sys.stdin)
> word, fields = int(info["features0"], 16), info["features"]
> print(len(fields), info["rmi_lower"], info["rmi_higher"])
> for name, shift, width in (("S2SZ", 0, 8), ("NUM_BPS", 14, 6), ("NUM_WPS", 20, 6), ("HASH_SHA_256", 32, 1),
>                            ("HASH_SHA_512", 33, 1), ("GICV3_NUM_LRS", 34, 4), ("MAX_RECS_ORDER", 38, 4)):
>     print(name, fields[name] == word >> shift & (1 << width) - 1)'
12 1.0 1.0
S2SZ True
NUM_BPS True
NUM_WPS True
HASH_SHA_256 True
HASH_SHA_512 True
GICV3_NUM_LRS True
MAX_RECS_ORDER True
