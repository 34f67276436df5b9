# SPDX-License-Identifier: BSD-2-Clause
# completion.t - what the shell offers: every verb, option and value that the command itself names.
$ cat >try <<'END'
> . $SRC/tools/completion/reeve.bash
> compopt() { :; }
> COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
> _reeve
> printf '%s\n' "${COMPREPLY[@]}"
> END
$ bash try reeve r
run
rmi
$ bash try reeve ''
run
info
faults
rmi
measure
token
verify
--version
--help
$ diff <(bash try reeve run -- | sort) <({ reeve run --help | grep -oE '^  --[a-z0-9-]+'; echo --help; } | tr -d ' ' | sort)
$ diff <(bash try reeve info -- | sort) <({ reeve info --help | grep -oE '^  --[a-z0-9-]+'; echo --help; } | tr -d ' ' | sort)
$ diff <(bash try reeve faults -- | sort) <({ reeve faults --help | grep -oE '^  --[a-z0-9-]+'; echo --help; } | tr -d ' ' | sort)
$ diff <(bash try reeve rmi -- | sort) <({ reeve rmi --help | grep -oE '^  --[a-z0-9-]+'; echo --help; } | tr -d ' ' | sort)
$ diff <(bash try reeve measure -- | sort) <({ reeve measure --help | grep -oE '^  --[a-z0-9-]+'; echo --help; } | tr -d ' ' | sort)
$ for option in --hash --page-size --granule --rmm --format; do
>   diff <(bash try reeve measure $option '' | sort) <(reeve measure --help | grep -oE "^  $option [^ ]+" | cut -d ' ' -f 4 | tr '|' '\n' | sort) && echo same
> done
same
same
same
same
same
$ diff <(bash try reeve verify -- | sort) <({ reeve verify --help | grep -oE '^  --[a-z0-9-]+'; echo --help; } | tr -d ' ' | sort)
$ for verb in show make; do
>   diff <(bash try reeve token $verb -- | sort) <({ reeve token $verb --help | grep -oE '^  --[a-z0-9-]+'; echo --help; } | tr -d ' ' | sort)
> done
$ bash try reeve token ''
show
make
--help
$ for option in --hash --page-size --trace-format --token-form; do
>   diff <(bash try reeve run $option '' | sort) <(reeve run --help | grep -oE "^  $option [^ ]+" | cut -d ' ' -f 4 | tr '|' '\n' | sort) && echo same
> done
same
same
same
same
$ touch image.elf owner.bin
$ bash try reeve run im
image.elf
$ bash try reeve run --rpv @ow
@owner.bin
$ bash try reeve run --trace ow
owner.bin
$ bash try reeve run --fault ow
owner.bin
$ bash try reeve run --rule ow
$ bash try reeve verify --policy ow
owner.bin
$ bash try reeve verify ow
owner.bin
$ bash try reeve verify --challenge ow
$ bash try reeve verify --challenge @ow
@owner.bin
$ bash try reeve token make --realm-key ow
owner.bin
$ bash try reeve token show ow
owner.bin
$ diff <(bash try reeve faults --scenario '') <(reeve faults --list | sed '/^$/,$d' | cut -d ' ' -f 1)
$ mkdir maps; bash try reeve faults --map ma
maps
$ bash try reeve rmi ow
owner.bin
$ bash try reeve rmi --machine ow
$ bash try reeve faults --fault ow
owner.bin
$ bash try reeve faults ow

