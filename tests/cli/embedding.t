# SPDX-License-Identifier: BSD-2-Clause
# embedding.t - docs/embedding.md shows examples/embedding.c as it is (scripts/check-install compiles and runs that), of at most 100 lines.
$ sed -n '/^```c$/,/^```$/{/^```/!p}' $SRC/docs/embedding.md | diff - $SRC/examples/embedding.c && echo same
same
$ test $(wc -l <$SRC/examples/embedding.c) -le 100 && echo short
short
