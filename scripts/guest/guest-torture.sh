#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What the guest of torture.sh runs: the tests of eres_torture.ko and, with "around" set, around them
# all that a system does to threads: user threads in a driver are tormented, CPUs come and go, tasks are
# frozen, memory is short and allocations of the module fail. stdout gets the tables.
# shellcheck disable=SC2154 # variables that nobody sets here are in /parameters
. /guest-lib.sh
# shellcheck disable=SC1091 # written by torture.sh
. /parameters

# goes NAME WHAT COMMAND: again and again until the tests are over; counts in /tmp/did-NAME.
goes() {
	name=$1
	echo "$2" >"/tmp/what-$name"
	echo 0 >"/tmp/did-$name"
	shift 2
	(
		while [ -e /tmp/going ]; do
			"$@" && echo $(($(cat "/tmp/did-$name") + 1)) >"/tmp/did-$name"
		done
	) &
	loops="$loops $!"
}

# not NAME WHAT: said, so that nobody believes it was done.
not() {
	printf '%-12s   %12s %s\n' "$1" '-' "$2: not available on this kernel"
}

# shellcheck disable=SC2317 # run by goes
plug() {
	sleep 0.3
	echo 0 >"$cpu/online" || return 1
	sleep 0.1
	# While tasks are frozen the kernel refuses.
	tries=0
	until echo 1 >"$cpu/online" 2>/dev/null; do
		[ $((tries += 1)) -le 100 ] || {
			complain 'a CPU does not come back'
			return 1
		}
		sleep 0.1
	done
}

# A frozen cgroup without tasks, if the kernel has such: as long as there is one, freezing does not patch
# the kernel's code. Under emulation each patch is one more chance that a CPU runs what was there before.
keep_freezer_on() {
	mkdir -p /tmp/cgroup
	mount -t cgroup -o freezer none /tmp/cgroup 2>/dev/null || return 0
	mkdir /tmp/cgroup/empty
	echo FROZEN >/tmp/cgroup/empty/freezer.state
}

# The tormented know by the file, and do not end meanwhile: see is_freezing().
# shellcheck disable=SC2317 # run by goes
freeze() {
	sleep 4
	touch /tmp/freezing
	sleep 1
	echo freezer >/sys/power/pm_test && echo freeze >/sys/power/state
	frozen=$?
	rm /tmp/freezing
	return "$frozen"
}

# Half of the memory is what a tmpfs may take.
# shellcheck disable=SC2317 # run by goes
press() {
	dd if=/dev/zero of=/tmp/ballast bs=1M count=4096 2>/dev/null
	rm /tmp/ballast
	sleep 0.5
}

# Only what the module's own code asks for fails, and only what may.
faults() {
	text=$(cat /sys/module/eresource/sections/.text)
	for kind in failslab fail_page_alloc; do
		dir=/sys/kernel/debug/$kind
		echo "$text" >"$dir/require-start"
		printf '0x%x\n' $((text + 0x20000)) >"$dir/require-end"
		echo 32 >"$dir/stacktrace-depth"
		echo 1000000000 >"$dir/times"
		echo 0 >"$dir/verbose"
		echo 0 >"$dir/ignore-gfp-wait" 2>/dev/null || :
		# Last: it begins with this.
		echo 50 >"$dir/probability"
	done
}

start_around() {
	/bin/eres-torment "$torment" "$patience" >/tmp/torment.out 2>&1 &
	tormentor=$!
	cpu=/sys/devices/system/cpu/cpu1
	[ ! -e "$cpu/online" ] || goes hotplug 'times a CPU went and came back' plug
	if [ -e /sys/power/pm_test ]; then
		echo 1 >/sys/module/suspend/parameters/pm_test_delay
		keep_freezer_on
		goes freezer 'times all tasks were frozen and thawed' freeze
	fi
	goes pressure 'times half of the memory was taken' press
	[ ! -e /sys/kernel/debug/failslab/require-start ] || faults
}

end_around() {
	wait "$tormentor" || complain 'the tormented did not stand it'
	rm /tmp/going
	# shellcheck disable=SC2086 # several of them
	wait $loops
	cat /tmp/torment.out
	for name in hotplug freezer pressure; do
		if [ -e "/tmp/did-$name" ]; then
			printf '%-12s   %12s %s\n' "$name" "$(cat "/tmp/did-$name")" "$(cat "/tmp/what-$name")"
			[ "$(cat "/tmp/did-$name")" -gt 0 ] || complain "$name: not done once"
		else
			not "$name" 'CPUs, or tasks frozen'
		fi
	done
	if [ -e /sys/kernel/debug/failslab/require-start ]; then
		for kind in failslab fail_page_alloc; do
			dir=/sys/kernel/debug/$kind
			echo 0 >"$dir/probability"
			printf '%-12s   %12s allocations of the module failed\n' "$kind" \
				$((1000000000 - $(cat "$dir/times")))
		done
	else
		not faults 'allocations that fail'
	fi
}

# Tracers patch the code, and so does watching regions, which attaches to a tracepoint now and then: now and
# then a kernel under emulation dies of that. User-mode Linux patches nothing.
watch=0
! dmesg | grep -q 'Hypervisor detected: KVM' || watch=1
! grep -q 'User Mode Linux' /proc/cpuinfo || watch=1
for suite in $suites; do
	if [ "$watch" = 0 ] && [ "$traced" = no ]; then
		printf '%-12s   %12s %s\n' "$suite" '-' 'left out: its tracers may kill an emulated kernel; TRACED=yes'
		continue
	fi
	sh "/$suite-test.sh" >/tmp/suite || complain "$suite-test.sh failed"
	sed -n '/^    \(ok\|not ok\|#\) /p' /tmp/suite
done
loops=
touch /tmp/going
insmod /eresource.ko region_watch="$watch" || complain 'insmod eresource failed'
insmod /wdmsync.ko || complain 'insmod wdmsync failed'
insmod /ramfile.ko || complain 'insmod ramfile failed'
insmod /eres_torture.ko tests="$tests" seconds="$seconds" steps="$steps" seed="$seed" \
	patience="$patience" ||
	complain 'insmod eres_torture failed'
[ "$around" = no ] || start_around
result=$(cat /sys/module/eres_torture/parameters/result)
[ "$around" = no ] || end_around
# What it said on the console, from the table's beginning on.
dmesg | sed -n 's/^.*\] eres_torture: //p'
[ "$result" = SUCCESS ] || complain "the result is $result"
remove eres_torture
remove ramfile
remove wdmsync
remove eresource
look_for_leaks
exit "$status"
