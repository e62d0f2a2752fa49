#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# check-kunit.sh: KUnit on a debug kernel in QEMU, or on another one. Builds what is missing, boots, loads
# the modules, and has the kernel's own kunit.py judge the results. Anything but a complete, quiet run
# fails.
#
#	SUITES=GLOB   only the suites (or suite.case) that match
#	KERNEL=NAME   another of scripts/configs/*.list
#	BRIEF=some    the rules in three of the five settings (kunit/lib/setting.h); BRIEF=yes: in the plain one
set -eu
. "$(dirname "$0")/lib.sh"
usage 0 0 "$@"

kernel=${KERNEL:-debug}
build_for "$kernel"
filter=${SUITES:-}
seconds=${ERESOURCE_TIMEOUT:-1200}
cpus=${ERESOURCE_CPUS:-2}

"$scripts/build/install-deps.sh" modules kernel qemu kunit
build=$("$scripts/kernel/build-kernel.sh" "$kernel")
source=$(readlink "$build/source")

lock "check-${own##*/}-$kernel"
modules=$own/modules-$kernel
run=$own/check-$kernel
rm -rf "$run"
mkdir -p "$run"

step 'building the modules' "$run/build.log" "$scripts/build/build-modules.sh" "$build" "$modules"

step 'building the user programs' "$run/programs.log" "$scripts/build/build-programs.sh" "$run/programs"

# The suite that makes lockdep report turns it off by that: it comes last.
set -- "$modules/eresource.ko" "$modules/wdmsync.ko" "$modules/kunit/torture/eres_torture.ko"
for module in "$modules"/kunit/*_kunit.ko; do
	[ "${module##*/}" = eresource_lockdep_kunit.ko ] || set -- "$@" "$module"
done
module=$modules/kunit/eresource_lockdep_kunit.ko
[ ! -e "$module" ] || set -- "$@" "$module"

# The plan is what the modules contain, one pointer for each suite, not what the guest says it ran.
suites=0
for module; do
	bytes=$("${CROSS_COMPILE}size" -A "$module" | awk '$1 == ".kunit_test_suites" { print $2 }')
	suites=$((suites + ${bytes:-0} / 8))
	module=${module##*/}
	echo "${module%.ko}" >>"$run/modules"
done

# wanted SUITE: one that loads and unloads for itself. Its case names are no pattern's business.
# shellcheck disable=SC2254 # the pattern is what varies
wanted() {
	case $1 in
	${filter:-*}) suites=$((suites + 1)) ;;
	*) return 1 ;;
	esac
}

for own_suite in unload=leak see=see hang=see wdm_unload=hurry; do
	driver=${own_suite#*=}
	own_suite=${own_suite%=*}
	! wanted "eresource_$own_suite" || set -- "$@" "$modules/kunit/$driver"/*.ko \
		"$own_suite-test.sh=$top/kunit/$driver/$own_suite-test.sh"
done

for program in "$run"/programs/*; do
	[ ! -e "$program" ] || set -- "$@" "bin/${program##*/}=$program"
done
"$scripts/boot/mkinitrd.sh" "$run/initrd" "$scripts/guest/guest-kunit.sh" modules="$run/modules" \
	cases-lib.sh="$top/kunit/lib/cases-lib.sh" see-lib.sh="$top/kunit/see/see-lib.sh" "$@"

arguments=${filter:+kunit.filter_glob=$filter}
case ${BRIEF:-} in
'') ;;
some) arguments="$arguments kunit.filter=speed>very_slow" ;;
*) arguments="$arguments kunit.filter=speed>slow" ;;
esac

failures=0
complain() {
	note "FAILED: $*"
	failures=$((failures + 1))
}

step "running $suites suites on $kernel, $cpus CPUs${filter:+, only $filter}" "$run/guest.log" \
	"$run_guest" -c "$cpus" -t "$seconds" -a "$arguments" \
	"$build/vmlinuz" "$run/initrd" "$run" || complain "the run: $(tail -n 1 "$run/guest.log")"

present=$(grep -c '^eresource-results: ' "$run/output" || :)
if [ -n "$arguments" ] && [ "$present" -gt 0 ]; then
	suites=$present
fi
if [ "$present" -gt 0 ]; then
	"$scripts/judge/merge-ktap.sh" "$suites" <"$run/output" >"$run/results.ktap"
else
	# The guest died on the way: what it had to say is on the console.
	sed -n -e '1,/^init: running/d' -e 's/^\[ *[0-9.]*\] //p' "$run/console.log" >"$run/results.ktap"
fi
[ "$present" -eq "$suites" ] || complain "$present suites have results, not $suites"

(cd "$source" && python3 tools/testing/kunit/kunit.py parse "$run/results.ktap") >"$run/kunit.log" 2>&1 ||
	[ "$failures" -gt 0 ] || judged=bad

# Testing complete. Ran 3 tests: passed: 1, failed: 1, skipped: 1
count() {
	sed -n "s/.*Testing complete\..*[ :]$1: \([0-9]*\).*/\1/p" "$run/kunit.log" | tail -n 1 | grep . || echo 0
}
passed=$(count passed)
skipped=$(count skipped)
failed=$(($(count failed) + $(count crashed) + $(count errors)))

if [ "$failed" -gt 0 ]; then
	sed -n '/FAILED\|CRASHED\|ERROR/,/^\[.*\] \[\|^\[.*=====/p' "$run/kunit.log" >&2
elif [ "${judged:-}" = bad ]; then
	tail -n 20 "$run/kunit.log" >&2
	complain 'kunit.py parse does not accept the results'
fi
[ $((passed + failed)) -gt 0 ] || complain 'no case was run'

if ! "$scripts/judge/check-console.sh" "$run/console.log" >"$run/noise"; then
	cat "$run/noise" >&2
	complain 'unexpected console output'
fi
if [ "$failures" -gt 0 ]; then
	grep '^guest: ' "$run/console.log" >&2 || :
	note 'the end of the console:'
	tail -n 15 "$run/console.log" | sed 's/^/    /' >&2
fi

# A case with parameters counts as often as it ran; the totals line says so, where there is one.
awk '
/^    # Subtest: / { suite = $3; pass = fail = skip = 0 }
/^    ok .*# SKIP/ { skip++; next }
/^    ok / { pass++ }
/^    not ok / { fail++ }
/^ *# Totals: pass:/ {
	split($0, count, / (pass|fail|skip|total):/)
	pass = count[2] + 0
	fail = count[3] + 0
	skip = count[4] + 0
}
/^(not )?ok / { printf "  %-40s %3d passed, %d failed, %d skipped\n", suite, pass, fail, skip }
' "$run/results.ktap" | tee "$run/summary"

failed=$((failed + failures))
[ "$failed" -eq 0 ] || note "console: $run/console.log, all results: $run/kunit.log"
echo "$passed passed, $failed failed$([ "$skipped" -eq 0 ] || echo ", $skipped skipped")" | tee -a "$run/summary"
[ "$failed" -eq 0 ]
