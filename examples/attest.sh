#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# attest.sh - runs a Realm that is asked for its token, and verifies the token against build/attestation/reference.json
#
#   examples/attest.sh [OPTION of reeve run]... IMAGE
#
# IMAGE is build/guest/attest.elf or another program that fetches its token. The challenge is a new one each time, as it must be: an old
# token answers an old challenge. Exits as `reeve verify` does.
set -eu
dir=build/attestation
challenge=$(openssl rand -hex 64)
build/reeve run --challenge "$challenge" --token $dir/token.cbor --anchor $dir/anchor.pem "$@" >$dir/console 2>&1 ||
	{ cat $dir/console >&2; exit 2; }
exec build/reeve verify --platform-anchor $dir/anchor.pem --reference $dir/reference.json --challenge "$challenge" $dir/token.cbor
