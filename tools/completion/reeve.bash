# SPDX-License-Identifier: BSD-2-Clause
# reeve.bash - completes verbs, options, values and file names of the reeve command in bash.

_reeve_values() { # OPTION VERB
	case $2,$1 in
	measure,--hash) echo sha256 sha384 sha512 ;;
	measure,--rmm) echo 1.0 tf-rmm-0.9 2.0-beta ;;
	*) _reeve_values_of_all "$1" ;;
	esac
}

_reeve_values_of_all() {
	case $1 in
	--hash) echo sha256 sha512 ;;
	--granule) echo 4k 16k 64k ;;
	--format) echo hex base64 json corim corim-veraison rvps rvstore events ;;
	--page-size) echo 4k 16k 64k ;;
	--trace-format) echo text json chrome ;;
	--token-form) echo 2023 legacy 2023-cmw ;;
	--ipa-bits) echo 32 36 40 44 48 52 ;;
	--sve-vl) echo 128 256 512 1024 2048 ;;
	--ram) echo 16M 64M 256M 1G ;;
	--cpus) echo 1 2 4 8 ;;
	--jobs) echo 1 2 4 8 ;;
	--shard) echo 1/2 2/2 ;;
	--scenario)
		echo create create-16k create-64k populate hello smp memory ripas psci fold share teardown two-threads
		;;
	*) return 1 ;;
	esac
}

_reeve_files() { # PREFIX: in front of each name
	compopt -o filenames
	mapfile -t COMPREPLY < <(compgen -P "$1" -f -- "${cur#"$1"}")
}

_reeve() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]} words
	COMPREPLY=()
	if [ "$COMP_CWORD" = 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W 'run info faults rmi measure token verify --version --help' -- "$cur")
		return
	fi
	if words=$(_reeve_values "$prev" "$verb"); then
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
		return
	fi
	case $verb,$prev,$cur in
	run,--rpv,@* | run,--challenge,@*) _reeve_files @ ;;
	run,--rpv,* | run,--challenge,* | run,--seed,* | run,--timeout,* | run,--rule,*) ;;
	run,--trace,* | run,--fault,* | run,--map,* | run,--token,* | run,--anchor,* | run,--platform,* | run,--platform-key,*)
		_reeve_files ''
		;;
	run,--machine,*) mapfile -t COMPREPLY < <(compgen -W 'model qemu' -- "$cur") ;;
	run,--machine-log,* | run,--rmm,* | run,--nt-fw,* | run,--kernel,* | run,--initrd,* | run,--dtb,*) _reeve_files '' ;;
	run,--append,* | measure,--append,*) ;;
	run,--disk,* | run,--disk-out,* | run,--dump-dtb,* | measure,--disk,*) _reeve_files '' ;;
	run,*,-*)
		words='--ipa-bits --lpa2 --sve-vl --ram --cpus --hash --rpv --page-size --trace --trace-format --map --json --timeout'
		words+=' --challenge --token --token-form --anchor --platform --platform-key --seed --fault --rule'
		words+=' --kernel --initrd --append --dtb --disk --disk-out --dump-dtb'
		words+=' --machine --machine-log --touch --neighbour --rmm --nt-fw --help'
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
		;;
	run,*) _reeve_files '' ;;
	measure,--rpv,@*) _reeve_files @ ;;
	measure,--rpv,* | measure,--realm,*) ;;
	measure,--kernel,* | measure,--initrd,* | measure,--dtb,* | measure,--events,* | measure,--diff,* | measure,--out,*)
		_reeve_files ''
		;;
	measure,*,-*)
		words='--ipa-bits --lpa2 --sve-vl --ram --cpus --hash --rpv --page-size --kernel --initrd --dtb --append --disk'
		words+=' --events --realm --diff --rmm --other-rules --granule --format --out --explain --jobs --help'
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
		;;
	measure,*) _reeve_files '' ;;
	faults,--rule,*) ;;
	faults,--fault,*) _reeve_files '' ;;
	faults,--map,*)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		;;
	faults,*)
		words='--scenario --shard --jobs --singles --rule --fault --calls --map --list --json --help'
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
		;;
	rmi,--machine,*) ;;
	rmi,*,-*) mapfile -t COMPREPLY < <(compgen -W '--machine --json --help' -- "$cur") ;;
	rmi,*) _reeve_files '' ;;
	verify,--challenge,@*) _reeve_files @ ;;
	verify,--challenge,*) ;;
	verify,--platform-anchor,* | verify,--reference,* | verify,--policy,*) _reeve_files '' ;;
	verify,*,-*)
		words='--platform-anchor --reference --challenge --policy --json --help'
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
		;;
	verify,*) _reeve_files '' ;;
	token,token,*) mapfile -t COMPREPLY < <(compgen -W 'show make --help' -- "$cur") ;;
	token,--platform-key,* | token,--realm-key,* | token,--output,*) _reeve_files '' ;;
	token,*,-*)
		words='--json --help'
		[ "${COMP_WORDS[2]}" = show ] || words='--platform-key --realm-key --output --help'
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
		;;
	token,*) _reeve_files '' ;;
	info,*) mapfile -t COMPREPLY < <(compgen -W '--json --help' -- "$cur") ;;
	esac
}

complete -F _reeve reeve
