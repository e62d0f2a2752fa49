#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What can be seen of resources and threads: debugfs/eresource, the parameters. Runs
# in the guest, with no module loaded, and leaves none. Prints KTAP.
# The threads are those of eres_see.ko: numbers from 0 to 3.
# shellcheck disable=SC1091,SC2154 # there, in the guest; set in see-lib.sh
. /cases-lib.sh
. /see-lib.sh

files_are_for_root_only() {
	begin files
	for name in locks locks_all threads stats; do
		expect test "$(stat -c %a:%u "$see/$name")" = 400:0
	done
	done_with_it
	refuse test -e "$see"
}

free_lock_is_available() {
	begin free
	expect in_file locks '^\*\*\*\* DUMP OF ALL RESOURCE OBJECTS \*\*\*\*$'
	expect in_file locks '^KD: Scanning for held locks\.*$'
	expect in_file locks '^1 total locks, 0 locks currently held$'
	refuse in_file locks 'see_lock'
	expect in_file locks_all '^Resource @ eres_see!see_lock (0x[0-9a-f]*)    Available$'
	expect in_file locks_all '^     Initialised by eres_see in eres_see\.c:[0-9]*$'
	expect in_file locks_all '^1 total locks, 0 locks currently held$'
	expect lines threads . 0
	done_with_it
}

# Uncontended ones on request only; with mode, count, name and process.
owner_is_named() {
	begin owner
	tell 0 exclusive
	tell 0 exclusive
	refuse in_file locks 'see_lock'
	expect in_file locks '^1 total locks, 1 locks currently held$'
	expect in_file locks_all 'see_lock (0x[0-9a-f]*)    Exclusively owned$'
	expect in_file locks_all '^     Threads: [0-9a-f]*-02<\*>$'
	expect in_file locks_all "^     Owner [0-9a-f]*: see-[0-9]\\[$(pid_of 0)\\], exclusive, 2 levels\$"
	expect in_file threads "^Thread [0-9a-f]*: see-[0-9]\\[$(pid_of 0)\\], PASSIVE_LEVEL, KernelApcDisable -2, SpecialApcDisable 0, signals held off\$"
	expect in_file threads '^    owns [0-9a-f]*, exclusive, 2 levels$'
	tell 0 release
	tell 0 release
	expect in_file locks_all 'see_lock (0x[0-9a-f]*)    Available$'
	expect lines threads . 0
	done_with_it
}

waiters_are_named_by_mode() {
	begin waiters
	tell 0 exclusive
	ask 1 exclusive
	poll in_file locks '^    NumberOfExclusiveWaiters = 1$'
	ask 2 shared
	poll in_file locks '^    NumberOfSharedWaiters = 1$'
	ask 3 exclusive
	poll in_file locks '^    NumberOfExclusiveWaiters = 2$'
	expect in_file locks '^    NumberOfSharedWaiters = 1$'
	expect in_file locks '^    Contention Count = 3$'
	expect test "$(grep -c '^     Waiter ' "$see/locks")" -eq 3
	expect in_file locks "^     Waiter [0-9a-f]*: see-[0-9]\\[$(pid_of 1)\\], exclusive, for [0-9]*\\.[0-9]* s\$"
	expect in_file locks "^     Waiter [0-9a-f]*: see-[0-9]\\[$(pid_of 2)\\], shared, for [0-9]*\\.[0-9]* s\$"
	expect in_file locks '^     Threads Waiting On Exclusive Access:$'
	# The owner has the star, the shared waiter not.
	expect in_file locks '^     Threads:.* [0-9a-f]*-01<\*>'
	expect in_file locks '^     Threads:.* [0-9a-f]*-01\( \|$\)'
	expect in_file threads '^    waits for [0-9a-f]*, shared, for [0-9.]* s, in ExAcquireResourceSharedLite() called from take_shared'
	tell 0 release
	poll idle 2
	poll in_file locks 'Shared 1 owning threads$'
	tell 2 release
	poll idle 1
	expect in_file locks '^    NumberOfExclusiveWaiters = 1$'
	tell 1 release
	poll idle 3
	tell 3 release
	# It has been contended, but is free.
	refuse in_file locks 'see_lock'
	expect in_file locks_all '^    Contention Count = 3$'
	expect test "$(stat_of exclusive_waits)" -eq 2
	expect test "$(stat_of shared_waits)" -eq 1
	expect test "$(stat_of exclusive_wait_us)" -gt 0
	done_with_it
}

owner_pointer_is_named() {
	begin pointer
	tell 0 exclusive
	tell 0 hand-over
	# The value that eres_see hands over to, where it may be seen; else one and the same everywhere.
	if [ -e /proc/sys/kernel/kptr_restrict ]; then
		echo 1 >/proc/sys/kernel/kptr_restrict
		value='0*abc3'
		actual='0*abc0'
	else
		value=$(sed -n 's/^     Owner \([0-9a-f]*\): owner pointer.*/\1/p' $see/locks_all)
		actual='[0-9a-f]*'
		expect test -n "$value"
		refuse in_file threads "^Thread $value:"
	fi
	expect in_file locks_all "^     Threads: $value-01<\*> \*\*\* Actual Thread $actual\$"
	expect in_file locks_all "^     Owner $value: owner pointer, acquired by see-[0-9]\\[$(pid_of 0)\\], exclusive, 1 level\$"
	expect in_file threads ", exclusive, 1 level, handed over to owner pointer $value\$"
	[ ! -e /proc/sys/kernel/kptr_restrict ] || echo 0 >/proc/sys/kernel/kptr_restrict
	tell 0 release-pointer
	expect in_file locks_all 'Available$'
	done_with_it
}

dead_owner_is_named() {
	begin dead
	announce 'thread exits owning a resource'
	tell 0 die-owning
	end_announced
	expect in_file locks_all 'see_lock (0x[0-9a-f]*)    Exclusively owned$'
	expect in_file locks_all '^     Owner [0-9a-f]*: see-dead\[[0-9]*\] (dead), exclusive, 1 level$'
	expect in_file threads '^Thread [0-9a-f]*: see-dead\[[0-9]*\] (dead), PASSIVE_LEVEL'
	announce 'release in the name of another thread'
	tell 0 release-dead
	end_announced
	expect in_file locks_all 'Available$'
	expect lines threads . 0
	expect test "$(stat_of 0xc4/0x100a)" -eq 1
	done_with_it
}

# As who looks is in that namespace, and reports there.
first_of_a_namespace() {
	cat <<-EOF
		echo self exclusive >$file
		echo \$\$ >/tmp/first
		cat $see/locks_all $see/threads >/tmp/first-sees
		echo self release >$file
		echo self leave >$file
		echo self enter >$file
	EOF
}

# Process ids are told as the initial namespace has them: there it has another than in its own, where it is 1.
process_of_a_namespace_has_its_initial_pid() {
	if [ ! -e /proc/self/ns/pid ]; then
		skip 'no pid namespaces in this kernel'
		return
	fi
	begin namespace
	announce 'region left without having been entered'
	first_of_a_namespace >/tmp/first.sh
	(
		unshare -p sh -c 'sh /tmp/first.sh & echo $! >/tmp/initial; wait'
	)
	end_announced
	initial=$(cat /tmp/initial)
	expect test "$(cat /tmp/first)" -eq 1
	expect test "$initial" -gt 1
	expect grep -q "^     Owner [0-9a-f]*: sh\\[$initial\\], exclusive, 1 level\$" /tmp/first-sees
	expect grep -q "^Thread [0-9a-f]*: sh\\[$initial\\], PASSIVE_LEVEL, KernelApcDisable -1, " /tmp/first-sees
	expect test "$(said namespace "  thread .*, sh\\[$initial\\]\$")" -eq 1
	done_with_it
}

worker=/sys/kernel/debug/eres_worker

# by_vhost WORD, by_uring WORD: has a thread that the kernel makes in a process do it; 77 where there is none.
by_vhost() {
	grep -q ' vhost_task_create\(\t\|$\)' /proc/kallsyms || return 77
	echo "vhost-$1" >$worker
}

by_uring() {
	eres-uring $worker "$1"
}

# worker_is_a_thread_of_its_own BY NAME: in no region at first, and with the mask that the kernel has given it,
# which is all but SIGKILL and SIGSTOP, before and after. It may exit as any other.
worker_is_a_thread_of_its_own() {
	begin "$1"
	expect insmod /eres_worker.ko
	used=0
	"$1" use || used=$?
	if [ "$used" -eq 77 ]; then
		skip 'no such workers in this kernel'
		expect rmmod eres_worker
		done_with_it
		return
	fi
	expect test "$used" -eq 0
	expect grep -qx 'fffffffffffbfeff ffffffffffffffff fffffffffffbfeff 0 2' $worker
	# Of a process's own thread, outside of regions, the acquire would be reported.
	expect test "$(stat_of 0xc4/0x37)" -eq 0
	expect lines threads . 0
	announce 'thread exits owning a resource'
	expect "$1" own
	poll in_file stats '^0x20 1 .* thread exits inside a region'
	end_announced
	expect test "$(said "$1" "  thread .*, $2\\[[0-9]*\\]\$")" -eq 2
	expect in_file threads "^Thread [0-9a-f]*: $2\\[[0-9]*\\] (dead), PASSIVE_LEVEL"
	announce 'release in the name of another thread'
	echo release >$worker
	end_announced
	expect lines threads . 0
	expect rmmod eres_worker
	done_with_it
}

# The process that makes it is in a region meanwhile.
worker_of_vhost_is_a_thread_of_its_own() {
	worker_is_a_thread_of_its_own by_vhost eres-worker
}

worker_of_io_uring_is_a_thread_of_its_own() {
	worker_is_a_thread_of_its_own by_uring 'iou-wrk-[0-9]*'
}

# The second time would be noise on the console.
call_site_is_reported_once_and_counted_always() {
	begin once
	expect test "$(stat_of 0xc4/0x3e)" -eq 0
	tell 0 enter
	tell 0 leave
	expect test "$(stat_of 0xc4/0x3e)" -eq 0
	announce 'region left without having been entered'
	tell 0 leave
	end_announced
	tell 0 enter
	tell 0 leave
	tell 0 enter
	expect test "$(stat_of 0xc4/0x3e)" -eq 2
	expect lines threads . 0
	done_with_it
}

# Reports, notes and events of the driver's routines name them, one report for each.
callers_are_named() {
	echo 1 >$tracing/events/eresource/enable
	announce 'region left without having been entered'
	tell 0 leave-first
	tell 0 leave-second
	tell 0 leave-first
	end_announced
	expect test "$(said "$1" 'called from leave_first+0x.* \[eres_see\]$')" -eq 1
	expect test "$(said "$1" 'called from leave_second+0x.* \[eres_see\]$')" -eq 1
	tell 0 exclusive
	ask 1 shared
	poll in_file locks '^    NumberOfSharedWaiters = 1$'
	expect in_file threads ', in ExAcquireResourceSharedLite() called from take_shared+0x.* \[eres_see\]$'
	tell 0 release
	poll idle 1
	tell 1 release
	echo 0 >$tracing/events/eresource/enable
	for event in 'eres_acquire:.* caller=take_exclusive' 'eres_contended:.* caller=take_shared' \
		'eres_release:.* caller=release' 'eres_region_leave:.* caller=release' \
		'eres_misuse:.* caller=leave_first'; do
		expect grep -q "$event+0x" $tracing/trace
	done
	refuse grep 'caller=.*\(return_to_handler\|trampoline\)' $tracing/trace
	: >$tracing/trace
}

# said BEGIN PATTERN: so often
said() {
	dmesg | sed -n "/see-test: begin $1\$/,\$p" | grep -c "$2"
}

callers_are_named_untraced() {
	begin untraced
	callers_are_named untraced
	done_with_it
}

# callers_are_named_by TRACER...
callers_are_named_by() {
	begin "$*"
	for tracer; do
		trace_by "$tracer" KeLeaveCriticalRegion KeEnterCriticalRegion ExReleaseResourceLite \
			ExAcquireResourceExclusiveLite ExAcquireResourceSharedLite ||
			skip "no $tracer in this kernel"
	done
	[ -n "$skip" ] || callers_are_named "$*"
	untrace
	done_with_it
}

callers_are_named_in_function_graph() {
	callers_are_named_by function_graph
}

callers_are_named_with_return_probes() {
	callers_are_named_by return_probe
}

callers_are_named_with_fprobes() {
	callers_are_named_by fprobe
}

# So many addresses on top of one another that the unwinder may not find what is below. Then it is said, and
# each call is reported: it is not known whether it is another site.
callers_are_unknown_with_all_of_them() {
	begin all
	for tracer in return_probe fprobe function_graph; do
		trace_by "$tracer" KeLeaveCriticalRegion || skip "no $tracer in this kernel"
	done
	if [ -z "$skip" ]; then
		announce 'region left without having been entered'
		tell 0 leave-first
		tell 0 leave-second
		tell 0 leave-first
		end_announced
		named=$(said all 'called from leave_\(first\|second\)+0x')
		unknown=$(said all 'eresource:   caller unknown (traced)$')
		case $named/$unknown in
		2/0 | 0/3) ;;
		*) complain "$named sites named, $unknown calls of unknown ones" ;;
		esac
		expect test "$(said all 'called from \(return_to_handler\|.*trampoline\)')" -eq 0
	fi
	untrace
	done_with_it
}

threads_tell_regions_and_irql() {
	begin threads
	tell 0 enter
	tell 0 enter
	tell 0 enter-guarded
	tell 1 raise
	expect in_file threads "\\[$(pid_of 0)\\], PASSIVE_LEVEL, KernelApcDisable -2, SpecialApcDisable -1, signals held off\$"
	expect in_file threads "\\[$(pid_of 1)\\], APC_LEVEL, KernelApcDisable 0, SpecialApcDisable 0, signals held off\$"
	tell 0 leave-guarded
	tell 0 leave
	tell 0 leave
	tell 1 lower
	expect lines threads . 0
	done_with_it
}

# The second module's locks and objects, and what is waited for there.
threads_tell_what_they_wait_for() {
	expect insmod /eresource.ko
	expect insmod /wdmsync.ko
	expect insmod /eres_see_wait.ko
	poll in_file threads '^    waits for fast mutex [0-9a-f]*, owned by thread [0-9a-f]*, for [0-9.]* s, in ExAcquireFastMutex() called from see_want'
	expect in_file threads '^    waits for any of 2 objects, the first: event [0-9a-f]*, for [0-9.]* s, in KeWaitForMultipleObjects() called from see_have'
	expect in_file threads ': see-have\[[0-9]*\], APC_LEVEL,'
	expect lines threads '^Thread' 2
	expect rmmod eres_see_wait
	expect lines threads . 0
	expect rmmod wdmsync
	expect rmmod eresource
}

# kptr_restrict: hashed, for those who may see them, for nobody.
addresses_are_shown_to_who_may_see_them() {
	if [ ! -e /proc/sys/kernel/kptr_restrict ]; then
		skip 'no sysctl in this kernel'
		return
	fi
	begin addresses
	real=$(sed -n 's/^\([0-9a-f]*\) [bBdD] see_lock\t.*/\1/p' /proc/kallsyms)
	expect test -n "$real"
	echo 0 >/proc/sys/kernel/kptr_restrict
	refuse in_file locks_all "$real"
	echo 1 >/proc/sys/kernel/kptr_restrict
	expect in_file locks_all "$real"
	echo 2 >/proc/sys/kernel/kptr_restrict
	refuse in_file locks_all "$real"
	expect in_file locks_all '(0x0000000000000000)'
	echo 0 >/proc/sys/kernel/kptr_restrict
	done_with_it
}

# While all are used, made and deleted, each reading ends and counts them.
many_resources_are_counted() {
	begin many many=20000
	(
		while [ ! -e /tmp/stop ]; do
			tell 0 exclusive
			tell 0 release
		done
	) &
	user=$!
	for _ in 1 2 3; do
		expect in_file locks '^20001 total locks, [01] locks currently held$'
		expect test "$(grep -c '^Resource @' "$see/locks_all")" -eq 20001
	done
	: >/tmp/stop
	wait "$user"
	rm /tmp/stop
	# Given up in the middle, the walk leaves no trace in the list.
	for size in 1 100 5000 50000; do
		head -c "$size" "$see/locks_all" >/dev/null
	done
	expect in_file locks '^20001 total locks, 0 locks currently held$'
	done_with_it
}

cases='files_are_for_root_only
free_lock_is_available
owner_is_named
waiters_are_named_by_mode
owner_pointer_is_named
dead_owner_is_named
process_of_a_namespace_has_its_initial_pid
worker_of_vhost_is_a_thread_of_its_own
worker_of_io_uring_is_a_thread_of_its_own
call_site_is_reported_once_and_counted_always
callers_are_named_untraced
callers_are_named_in_function_graph
callers_are_named_with_return_probes
callers_are_named_with_fprobes
callers_are_unknown_with_all_of_them
threads_tell_regions_and_irql
threads_tell_what_they_wait_for
addresses_are_shown_to_who_may_see_them
many_resources_are_counted'

# shellcheck disable=SC2086 # words are wanted
run_cases eresource_see $cases
