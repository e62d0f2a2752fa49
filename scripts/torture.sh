#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# torture.sh: attempts to break the module, in a guest: eres_torture.ko and, around it, tormented user
# processes in the sample driver, CPUs that come and go, frozen tasks, and short memory. Prints what
# was done, and as the last line SUCCESS or FAILURE.
#
#	KERNEL=NAME     ours (scripts/configs/NAME.list; um runs as native code) or stock-6.12 (default),
#	                stock-6.1, stock-6.12-rt, stock-6.12-arm64, stock-6.1-s390x
#	TESTS=NAME,...  only these
#	LENGTH=SECONDS  of each test that goes by time
#	STEPS=NUMBER    of each test that goes by steps
#	SEED=NUMBER     of all random numbers
#	PATIENCE=SECONDS without progress that are a failure
#	AROUND=no       eres_torture.ko alone
#
# A stock kernel has no KUnit, but tracers of functions, which ours have not: the suites that are
# scripts are run there before, unless it is alone; under emulation, which they may kill, with TRACED=yes.
set -eu
. "$(dirname "$0")/lib.sh"
usage 0 0 "$@"

kernel=${KERNEL:-stock-6.12}
tests=${TESTS:-all}
length=${LENGTH:-5}
steps=${STEPS:-20000}

choose_kernel "$kernel"

lock "torture-${own##*/}-$kernel"
modules=$own/modules-$kernel
run=$own/torture-$kernel
rm -rf "$run"
mkdir -p "$run"

step "building the modules for $kernel" "$run/build.log" \
	"$scripts/build/build-modules.sh" "$headers" "$modules"
step 'building the user programs' "$run/programs.log" "$scripts/build/build-programs.sh" "$run/programs"
suites=
case $kernel/${AROUND:-yes} in
stock-*/yes) suites='unload see' ;;
esac
cat >"$run/parameters" <<END
tests=$tests seconds=$length steps=$steps seed=${SEED:-0}
around=${AROUND:-yes} patience=${PATIENCE:-60} torment=$((length * 10))
suites='$suites' traced=${TRACED:-no}
END
"$scripts/boot/mkinitrd.sh" "$run/initrd" "$scripts/guest/guest-torture.sh" parameters="$run/parameters" \
	"$modules/eresource.ko" "$modules/wdmsync.ko" "$modules/kunit/torture/eres_torture.ko" \
	"$modules/samples/ramfile/ramfile.ko" bin/eres-torment="$run/programs/eres-torment" \
	"$modules"/kunit/leak/*.ko "$modules"/kunit/see/*.ko cases-lib.sh="$top/kunit/lib/cases-lib.sh" \
	unload-test.sh="$top/kunit/leak/unload-test.sh" see-lib.sh="$top/kunit/see/see-lib.sh" \
	see-test.sh="$top/kunit/see/see-test.sh"

status=0
step "torture on $kernel" "$run/guest.log" \
	"$run_guest" -t "${ERESOURCE_TIMEOUT:-$((900 + steps / 200))}" "$image" "$run/initrd" "$run" || status=1
cat "$run/output"
if ! "$scripts/judge/check-console.sh" "$run/console.log" >"$run/noise"; then
	cat "$run/noise" >&2
	note 'FAILED: unexpected console output'
	status=1
fi
if [ "$status" -ne 0 ]; then
	grep '^guest: ' "$run/console.log" >&2 || :
	tail -n 1 "$run/guest.log" >&2
	note "the console is in $run/console.log"
	echo FAILURE
	exit 1
fi
echo SUCCESS
