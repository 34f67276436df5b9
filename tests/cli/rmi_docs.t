# SPDX-License-Identifier: BSD-2-Clause
# rmi_docs.t - the examples of docs/rmi-shell.md print what they say.
$ $SRC/tests/cli/rmi_examples.py $SRC/docs/rmi-shell.md
9 examples
# And an example that does not is noticed.
$ printf '%s\n' '```rmi' 'VERSION req=0x10000' '```' '```text' 'VERSION = SUCCESS' '```' >page.md; $SRC/tests/cli/rmi_examples.py page.md
VERSION req=0x10000
--- printed [0]:
VERSION = SUCCESS lower=0x10000 higher=0x10000
--- and not [0]:
VERSION = SUCCESS

1 examples
[1]
$ echo 'no example' >page.md; $SRC/tests/cli/rmi_examples.py page.md
0 examples
[1]
$ printf '%s\n' '```console' '$ reeve rmi nothing' '…' '```' >page.md; $SRC/tests/cli/rmi_examples.py page.md
reeve rmi nothing
--- printed [1]:
reeve rmi: nothing cannot be opened: No such file or directory
--- and not:
…

1 examples
[1]
