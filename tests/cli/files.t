# SPDX-License-Identifier: BSD-2-Clause
# files.t - whatever reeve run is to write is none of the run's other files, under whichever name.
$ echo mine >mine; ln mine link; ln -s mine symlink; mkdir -p folder
# Each option that writes, with each that is read. Of the 54 pairs one is allowed: the disk in its own place.
$ for out in --trace --map --token --dump-dtb --disk-out --machine-log; do
>   for in in '--kernel ' '--kernel other --initrd ' '--kernel other --dtb ' '--disk ' '--rpv @' '--fault ' '--challenge @' '--rmm ' '--nt-fw '; do
>     words="$out mine ${in}link"
>     case $in in --kernel*) ;; *) words="$words $GUEST/hello.elf" ;; esac
>     case $words in *--disk-out*--disk*) continue ;; --disk-out*) words="--disk other $words" ;; esac
>     case $words in --token*) ;; *--challenge*) words="--token new $words" ;; esac
>     in=${in#--kernel other }; wanted="reeve run: $out mine is the file of ${in%%[ @]*}; name another file"
>     [ "$(timeout 5 reeve run --machine qemu $words 2>&1)" = "$wanted" ] && echo refused
>   done
> done | sort | uniq -c
     53 refused
$ for words in "--trace symlink --machine-log mine" "--map folder/../new --dump-dtb ./new" "--disk other --disk-out new --machine-log $PWD/new" "--machine-log mine --disk other --disk-out link" "--token new --map new"; do reeve run --machine qemu $words $GUEST/hello.elf; done
2> reeve run: --trace symlink is the file of --machine-log; name another file
2> reeve run: --map folder/../new is the file of --dump-dtb; name another file
2> reeve run: --disk-out new is the file of --machine-log; name another file
2> reeve run: --disk-out link is the file of --machine-log; name another file
2> reeve run: --map new is the file of --token; name another file
[1]
$ cat mine; ls
mine
folder
link
mine
symlink
# What holds nothing can be several, and the disk can be written back where it came from: it is not that which is refused here.
$ reeve run --trace /dev/null --map /dev/null $GUEST/hello.elf 2>&1 | head -n 1
Hello from a realm
$ printf 511 >disk; reeve run --machine qemu --disk disk --disk-out ./disk $GUEST/hello.elf
2> reeve run: --disk disk: 3 bytes are no sector; a disk has at least 512 bytes
[1]
