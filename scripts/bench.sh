#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# bench.sh: what the operations of eresource.ko cost, beside the kernel's locks and a textbook's, and
# those of wdmsync.ko (rows wdm-*), beside what the kernel has in their place, on two machines: Q,
# QEMU without KVM and Debian's stock 6.12 kernel, and U, user-mode Linux of the newest series, which
# runs native code on any host. Prints tables and which bars are met.
#
#	ONLY=Q|U         one machine
#	ROWS='GLOB ...'  only these (the names are in the table)
#	ROUNDS=NUMBER    7
#	LENGTH=NUMBER    of a cell, in microseconds (20000)
#	QUICK=yes        to see that everything works: short cells, few resources and threads; prints no
#	                 table, and as the last line "N passed, N failed", counting machines
#	CPUS=NUMBER      2, as the bars want
#	RESOURCES=NUMBER that live at once, at most (1000000); rows with more are left out
#	HOLDERS=NUMBER   of threads that hold at once (10000); a machine gets 2 GB, which that many need
#	PARAMETERS=...   of eresource.ko
#	BENCH_SAVE=yes   results and plot go to kunit/bench, too, where Documentation/speed.rst shows them
#
# Else they are left in the cache: results.tsv, counts.tsv, results.svg, and beside these what the
# machines said and all instructions that were counted (*.trace).
set -eu
. "$(dirname "$0")/lib.sh"
usage 0 0 "$@"

rounds=${ROUNDS:-7}
length=${LENGTH:-20000}
resources=${RESOURCES:-1000000}
holders=${HOLDERS:-10000}
cpus=${CPUS:-2}
if [ -n "${QUICK:-}" ]; then
	length=${LENGTH:-1000}
	resources=${RESOURCES:-10000}
	holders=${HOLDERS:-100}
fi

"$scripts/build/install-deps.sh" modules qemu plot
lock "bench-${own##*/}"
run=$own/bench
mkdir -p "$run"
step 'building the user programs' "$run/programs.log" "$scripts/build/build-programs.sh" "$run/programs"
cat >"$run/parameters" <<END
rounds=$rounds length=$length resources=$resources holders=$holders
rows='${ROWS:-}'
module='${PARAMETERS:-}'
END

# measure MACHINE KERNEL KDIR COMMAND...: KERNEL as in kernel.sh; COMMAND gets an initramfs and a directory
# as further arguments.
measure() {
	machine=$1
	modules=$own/modules-$2
	build_for "$2"
	kdir=$3
	shift 3
	guest=$run/$machine
	rm -rf "${guest:?}" "$guest.samples"
	mkdir -p "$guest"
	step "$machine: building the modules" "$guest/build.log" \
		"$scripts/build/build-modules.sh" "$kdir" "$modules" || return 1
	"$scripts/boot/mkinitrd.sh" "$guest/initrd" "$scripts/guest/guest-bench.sh" \
		parameters="$run/parameters" "$modules/eresource.ko" "$modules/wdmsync.ko" \
		"$modules/kunit/bench/eres_bench.ko" \
		bin/eres-bench="$run/programs/eres-bench" || return 1
	status=0
	step "$machine: measuring" "$guest/run.log" "$@" "$guest/initrd" "$guest" || status=1
	if ! "$scripts/judge/check-console.sh" "$guest/console.log" >"$guest/noise"; then
		cat "$guest/noise" >&2
		note 'FAILED: unexpected console output'
		status=1
	fi
	if [ "$status" -ne 0 ]; then
		grep -E '^guest: |FAILED' "$guest/console.log" >&2 || :
		note "$machine: FAILED; the console is in $guest/console.log"
		return 1
	fi
	cp "$guest/output" "$guest.samples"
}

measure_q() {
	stock=$("$scripts/kernel/fetch-stock.sh" 6.12)
	measure Q stock-6.12 "$stock/headers" env ERESOURCE_ACCEL=tcg "$scripts/boot/run-qemu.sh" -c "$cpus" -m 2048 \
		-t "${ERESOURCE_TIMEOUT:-1800}" "$stock/vmlinuz"
}

measure_u() {
	kernel=$("$scripts/kernel/build-kernel.sh" um) || return $?
	measure U um "$kernel" "$scripts/boot/run-uml.sh" -c "$cpus" -m 2048 \
		-t "${ERESOURCE_TIMEOUT:-1800}" "$kernel/vmlinuz"
}

passed=0
failed=0
skipped=0
measured=
for machine in ${ONLY:-Q U}; do
	status=0
	case $machine in
	Q) measure_q || status=$? ;;
	U) measure_u || status=$? ;;
	*) die "no such machine: $machine" ;;
	esac
	case $status in
	0)
		passed=$((passed + 1))
		measured="$measured $machine"
		;;
	77)
		skipped=$((skipped + 1))
		note "$machine: SKIPPED: the archive does not serve its kernel"
		;;
	*) failed=$((failed + 1)) ;;
	esac
done

if [ -z "${QUICK:-}" ] && [ -n "$measured" ]; then
	# shellcheck disable=SC2086 # words are wanted
	"$scripts/bench/bench-report.sh" "$run" $measured
	"$scripts/bench/bench-plot.sh" "$run"
	note "results.tsv, counts.tsv and results.svg are in $run"
	[ -z "${BENCH_SAVE:-}" ] || "$scripts/bench-save.sh"
fi
echo
echo "$passed passed, $failed failed$([ "$skipped" -eq 0 ] || echo ", $skipped skipped")"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
