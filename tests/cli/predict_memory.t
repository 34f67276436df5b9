# SPDX-License-Identifier: BSD-2-Clause
# predict_memory.t - reeve measure in the same memory, however long the list, large the Realm's memory or big the image; lists from a pipe.
$ cat >peak.py <<'END'
> """peak.py: for each line `FILE MIB COMMAND…` of the standard input, whether the command, fed by a pipe from FILE, has its peak at
> most MIB above that of the short list."""
> import os, subprocess, sys
> # What ASan keeps of freed memory is not the program's; some MiB of it are left.
> os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1:thread_local_quarantine_size_kb=64"
> def peak(path, command):
>     with subprocess.Popen(["cat", path], stdout=subprocess.PIPE) as cat:
>         child = subprocess.Popen(command, stdin=cat.stdout, stdout=subprocess.DEVNULL)
>         _, status, usage = os.wait4(child.pid, 0)
>     assert status == 0, command
>     return usage.ru_maxrss / 1024
> least = peak("short", ["reeve", "measure", "--events", "/dev/stdin"])
> for line in sys.stdin:
>     path, room, *command = line.split()
>     used = peak(path, command) - least
>     print("bounded" if used <= int(room) else f"{used} MiB: {line}")
> END
$ cat >list.py <<'END'
> import sys
> print('{"event": "create", "s2sz": 48}')
> for i in range(int(sys.argv[1])): print(f'{{"event": "data", "ipa": {i << 12}, "content": "{i:064x}"}}')
> print('{"event": "rec"}')
> END
$ python3 list.py 10 >short; python3 list.py 100000 >long; head -c 200M /dev/urandom >image
$ echo '{"event": "create", "s2sz": 48}{"event": "unknown", "ipa": 0, "size": "0x10000000000"}{"event": "rec"}' >huge
# A long list, a TiB of memory in a short one, much RAM; and an image, which counts by its own size and at most 16 MiB.
$ python3 peak.py <<END
> long 8 reeve measure --events /dev/stdin
> huge 3 reeve measure --events /dev/stdin
> short 3 reeve measure --ram 64G $GUEST/hello.elf
> short 3 reeve measure --ram 64G --rmm 2.0-beta --granule 64k $GUEST/hello.elf
> short 216 reeve measure --ram 1G image
> END
bounded
bounded
bounded
bounded
bounded
# From a pipe it is the same RIM.
$ reeve measure --format events $GUEST/hello.elf | reeve measure --events /dev/stdin | diff - <(reeve measure $GUEST/hello.elf) && echo same
same
$ cat $GUEST/hello.elf | reeve measure /dev/stdin
2> reeve measure: /dev/stdin cannot be read: it is no regular file
[1]
