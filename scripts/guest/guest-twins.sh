#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What the guest of twins.sh runs: for each line "NAME GLOB" of /twins the suites that match GLOB,
# with the module as it is, and then with the planted bug. The host judges what is on stdout and, between the
# same lines, on the console. Ends before the next one if something was left behind.
. /guest-lib.sh
filter=/sys/module/kunit/parameters/filter_glob
panic_on_warn=/sys/module/kernel/parameters/panic_on_warn

# said of both: what follows is NAME's HOW.
mark() {
	echo "eresource-twin: $*"
	echo "eresource-twin: $*" >/dev/kmsg
}

lockdep_works() {
	[ ! -e /proc/lockdep_stats ] || grep -q 'debug_locks: *1$' /proc/lockdep_stats
}

# Suites that load and unload for themselves are scripts.
run_suites() {
	suite=${1#eresource_}
	case=
	case $suite in
	*.*) case=${suite#*.} suite=${suite%%.*} ;;
	esac
	if [ -e "/$suite-test.sh" ]; then
		ONLY=$case sh "/$suite-test.sh"
		return
	fi
	# As it is: a newline would be part of it.
	printf %s "$1" >$filter
	for module in eresource wdmsync; do
		insmod "/$module.ko" || complain "$name: insmod $module failed"
	done
	for suites in eresource_kunit eresource_wdmsync_kunit eresource_lockdep_kunit; do
		insmod "/$suites.ko" || complain "$name: no $suites"
	done
	for results in /sys/kernel/debug/kunit/eresource_*/results; do
		[ ! -e "$results" ] || cat "$results"
	done
	remove eresource_lockdep_kunit
	remove eresource_wdmsync_kunit
	remove eresource_kunit
	remove wdmsync
	remove eresource
}

# with MODULES NAME HOW GLOB
with() {
	cp "$1.ko" /eresource.ko
	cp "$1-wdmsync.ko" /wdmsync.ko
	# What an earlier run has said is no answer to a case.
	dmesg -c >/dev/null
	mark "$2 $3"
	run_suites "$4"
	mark "$2 $3 ended with $status"
	[ "$status" -eq 0 ] && lockdep_works
}

# seconds: since the guest began.
seconds() {
	cut -d . -f 1 /proc/uptime
}

# end_after SECONDS NAME: the bug has made the suites hang.
end_after() {
	sleep "$1"
	echo "guest: $2 hangs" >/dev/console
	poweroff -f
}

# With a bug the guest ends at the first warning, unless the suites provoke one without the bug, too,
# and when they have taken much longer than without it.
while read -r name glob; do
	echo 0 >$panic_on_warn
	began=$(seconds)
	with /unbroken "$name" as-it-is "$glob" || break
	dmesg | grep -Fq -- '------------[ cut here ]------------' || echo 1 >$panic_on_warn
	end_after $((20 + 3 * ($(seconds) - began))) "$name" &
	watchdog=$!
	with "/twin-$name" "$name" planted "$glob" || break
	kill $watchdog
done </twins
# What has happened is in what was said.
exit 0
