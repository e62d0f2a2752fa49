#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What the guest of check-kunit.sh runs: loads the modules that /modules names, in that order, writes
# every suite's results to stdout, removes the modules again. Problems are told on stderr.
. /guest-lib.sh
loaded=

# lockdep reports once and then turns itself off: without it, later suites would prove less than they say.
lockdep_works() {
	[ ! -e /proc/lockdep_stats ] || grep -q 'debug_locks: *1$' /proc/lockdep_stats
}

while read -r module; do
	lockdep_works || complain "lockdep is off before $module"
	echo "guest: insmod $module" >&2
	if insmod "/$module.ko"; then
		loaded="$module $loaded"
	else
		complain "insmod $module failed"
	fi
	lockdep=off
	! lockdep_works || lockdep=on
	echo "guest: lockdep is $lockdep after $module" >&2
done </modules

for results in /sys/kernel/debug/kunit/*/results; do
	[ -e "$results" ] || continue
	suite=${results%/results}
	echo "eresource-results: ${suite##*/}"
	cat "$results"
done

for module in $loaded; do
	remove "$module"
done

for own_suite in unload see hang wdm_unload; do
	[ -e "/$own_suite-test.sh" ] || continue
	echo "eresource-results: eresource_$own_suite"
	sh "/$own_suite-test.sh"
done
look_for_leaks
exit "$status"
