# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# gate-lib.sh - what the checks of the gate share: the files of the project and the flags they are built with.

# Files of the project that match the patterns: tracked, or new and not ignored.
files() {
	git ls-files -co --exclude-standard -- "$@" | sort -u | while IFS= read -r f; do
		[ -f "$f" ] && printf '%s\n' "$f"
	done
}

core_sources() { files 'spec/*.c' 'host/*.c' 'monitor/*.c' 'attest/*.c' 'fault/*.c' 'vmm/*.c'; }
bare_sources() { files 'machine/qemu/bare/*.c' 'machine/qemu/monitor/*.c' 'machine/qemu/host/*.c'; }
hosted_sources() { files 'machine/*.c' 'tools/*.c' 'tests/*.c' 'examples/*.c' 'linux/*.c' | grep -vE '^machine/qemu/(bare|monitor|host)/'; }
guest_sources() { files 'guest/*.c'; }

# The compiler flags of a party, as the Makefile has them: core, hosted, guest or bare.
flags() { make -s "print-$1" | tr -d "'"; }

# Run `$@ FILE` for each file named on stdin, several at once; fails when one did.
each() { xargs -r -P "${JOBS:-1}" -n 1 "$@"; }
