#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Unloading eresource.ko: refused while it would pull something from under a thread, possible once
# that is gone. Runs in the guest, with no module loaded, and leaves none. Prints KTAP.
#
# The thread that leaks is a subshell: the word is written by a builtin of its own.
# shellcheck disable=SC1091 # there, in the guest
. /cases-lib.sh
file=/sys/kernel/debug/eres_leak

in_log() {
	dmesg | sed -n "/unload-test: begin $1\$/,\$p" | grep -q "$2"
}

begin() {
	echo "unload-test: begin $1" >/dev/kmsg
	rm -f /tmp/leaked /tmp/go
	mkfifo /tmp/go
	# Threads come back to user mode in regions here, which is no subject but of one case.
	expect insmod /eresource.ko region_watch="${2:-0}"
}

# leak WORD...: have a thread do that and then wait to be told to go on.
leak() {
	(
		for word; do
			echo "$word" >$file
		done
		: >/tmp/leaked
		read -r word </tmp/go
		[ "$word" = exit ] || echo "$word" >$file
	) &
	thread=$!
	poll test -e /tmp/leaked
}

go_on() {
	echo "$1" >/tmp/go
	wait "$thread"
}

references() {
	[ "$(cat /sys/module/eresource/refcnt)" -eq "$1" ]
}

gone() {
	[ ! -e "/sys/module/$1" ]
}

unload_is_silent_after_correct_use() {
	begin correct
	expect insmod /eres_leak.ko
	refuse rmmod eresource 2>/dev/null
	leak enter
	go_on leave
	expect rmmod eres_leak
	expect references 0
	refuse in_log correct 'alive: '
	expect rmmod eresource
	expect gone eresource
}

thread_in_region_keeps_module_loaded() {
	begin region
	expect insmod /eres_leak.ko
	leak enter
	expect rmmod eres_leak
	expect in_log region "alive: .*\\[$thread\\], APC counters 0000ffff"
	expect references 1
	refuse rmmod eresource 2>/dev/null
	refuse gone eresource
	announce KERNEL_APC_PENDING_DURING_EXIT
	go_on exit
	poll references 0
	end_announced
	expect rmmod eresource
	expect gone eresource
}

# keep_calling WORD...: have a thread do that and then make system calls until /tmp/stop.
keep_calling() {
	(
		for word; do
			echo "$word" >$file
		done
		while [ ! -e /tmp/stop ]; do :; done
		case $* in
		enter) echo leave >$file ;;
		leave) echo enter >$file ;;
		esac
	) &
	thread=$!
}

# Once, of the thread that is in a region, not of the one that has left.
return_in_region_is_reported() {
	begin return 1
	rm -f /tmp/stop
	expect insmod /eres_leak.ko
	keep_calling enter leave
	balanced=$thread
	announce 'APC_INDEX_MISMATCH (0'
	keep_calling enter
	poll announced_came
	: >/tmp/stop
	wait "$balanced" "$thread"
	end_announced
	expect in_log return 'return of a system call: a system call returned inside a region'
	expect in_log return "thread .*\\[$thread\\]"
	expect in_log return 'entered by .* \[eres_leak\]'
	expect in_log return 'KernelApcDisable -1, SpecialApcDisable 0, IRQL 0$'
	expect test "$(dmesg | sed -n '/unload-test: begin return$/,$p' | grep -c '0x1 APC_INDEX_MISMATCH')" -eq 1
	expect rmmod eres_leak
	expect references 0
	expect rmmod eresource
	expect gone eresource
}

# In no region, but with a count that is not what it was: nobody has entered.
return_after_unmatched_leave_is_reported() {
	begin unmatched 1
	rm -f /tmp/stop
	expect insmod /eres_leak.ko
	announce 'APC_INDEX_MISMATCH (0x0, 0x0, 0x1, 0x0)'
	keep_calling leave
	poll announced_came
	: >/tmp/stop
	wait "$thread"
	end_announced
	expect in_log unmatched 'return of a system call: a system call returned after more leaves of a region than enters'
	refuse in_log unmatched 'entered by'
	expect in_log unmatched 'KernelApcDisable 1, SpecialApcDisable 0, IRQL 0$'
	expect rmmod eres_leak
	expect references 0
	expect rmmod eresource
	expect gone eresource
}

live_resources_of_unloaded_driver_are_reported() {
	begin resource
	expect insmod /eres_leak.ko leak=1
	announce 'driver goes and leaves a live resource behind'
	expect rmmod eres_leak
	end_announced
	# Both of them: the static one and the one from the heap.
	expect in_log resource 'leak_resource, initialised by eres_leak'
	expect in_log resource 'leak_heap, initialised by eres_leak'
	expect references 0
	# The list is whole: the driver can come back.
	expect insmod /eres_leak.ko
	expect rmmod eres_leak
	expect rmmod eresource
	expect gone eresource
}

thread_that_owned_and_exited_keeps_nothing() {
	begin exited
	expect insmod /eres_leak.ko leak=1
	leak own
	announce 'thread exits owning a resource'
	go_on exit
	poll announced_came
	end_announced
	announce 'driver goes and leaves a live resource behind'
	expect rmmod eres_leak
	end_announced
	poll references 0
	expect rmmod eresource
	expect gone eresource
}

# Its resource has gone with the driver: nothing may look at it any more.
owner_survives_unload_of_its_driver() {
	begin owner
	expect insmod /eres_leak.ko leak=1
	leak own
	announce 'driver goes and leaves a live resource behind'
	expect rmmod eres_leak
	end_announced
	announce 'eresource-test: the owner exits'
	echo 'eresource-test: the owner exits' >/dev/kmsg
	go_on exit
	poll references 0
	end_announced
	expect rmmod eresource
	expect gone eresource
}

# 1 or 0; nothing without lockdep
lockdep() {
	sed -n 's/^ *debug_locks: *//p' /proc/lockdep_stats 2>/dev/null
}

# The owner is in the kernel, and goes on there: lockdep knows that it holds what is no lock class any more, and is
# switched off. Nothing else happens. After this case lockdep has nothing to say: last.
owner_in_the_kernel_survives_unload_of_a_driver() {
	begin kept
	before=$(lockdep)
	expect insmod /eres_leak.ko
	expect insmod /eres_lent.ko
	echo keep >$file &
	thread=$!
	poll grep -q '^     Owner .*, exclusive, 1 level$' /sys/kernel/debug/eresource/locks_all
	announce 'driver goes and leaves a live resource behind'
	expect rmmod eres_lent
	end_announced
	if [ "$before" = 1 ]; then
		expect test "$(lockdep)" = 0
		expect in_log kept 'eres_lent goes, and a thread owns a resource of its: lockdep is off from now on$'
	else
		refuse in_log kept 'lockdep is off'
	fi
	echo go >$file
	wait "$thread"
	expect total 2
	expect rmmod eres_leak
	end
}

total() {
	grep -q "^$1 total locks, 0 locks currently held\$" /sys/kernel/debug/eresource/locks_all
}

# left_behind PARAMETER...: what eres_left.ko leaves is listed until it goes, then reported and forgotten.
left_behind() {
	announce 'driver goes and leaves a live resource behind'
	expect insmod /eres_left.ko "$@"
	expect total 1
	expect grep -q '^     Initialised by eres_left in eres_left\.c' /sys/kernel/debug/eresource/locks_all
	expect rmmod eres_left
	end_announced
	expect total 0
}

# reported_as_left BEGIN MODULE N
reported_as_left() {
	expect test "$(dmesg | sed -n "/unload-test: begin $1\$/,\$p" |
		grep -c "eresource: $2 leaves a live resource behind:")" -eq "$3"
}

end() {
	expect references 0
	expect rmmod eresource
	expect gone eresource
}

# What is loaded to the same place is another driver. The place is free again when the next but one is loaded.
sites_of_a_gone_driver_are_new() {
	begin sites
	places=
	again=
	for _ in 1 2 3 4 5 6; do
		expect insmod /eres_leak.ko
		place=$(cat /sys/module/eres_leak/sections/.text)
		case "$places " in
		*" $place "*) again=yes ;;
		esac
		places="$places $place"
		announce 'region left without having been entered'
		leak leave
		go_on enter
		end_announced
		expect rmmod eres_leak
		[ -z "$again" ] || break
	done
	[ -n "$again" ] || skip 'no driver came to the place of another'
	end
}

initialised_in_any_way_is_forgotten() {
	begin ways
	for way in macro function pointer tail init-macro init-function init-tail; do
		left_behind way="$way"
	done
	reported_as_left ways eres_left 7
	end
}

initialised_in_any_memory_is_forgotten() {
	begin memories
	for memory in static percpu vmalloc; do
		left_behind way=function memory="$memory"
		left_behind way=init-macro memory="$memory"
	done
	reported_as_left memories eres_left 6
	end
}

# Freed by the driver's exit routine: its memory is unmapped, or overwritten, when the driver has gone.
freed_memory_is_forgotten() {
	begin freed
	expect insmod /eres_leak.ko
	for memory in heap vmalloc; do
		for way in macro tail; do
			announce 'memory of a live resource goes away'
			expect insmod /eres_left.ko way="$way" memory="$memory" freed=1
			expect total 3
			expect rmmod eres_left
			end_announced
			expect total 2
		done
	done
	expect rmmod eres_leak
	expect total 0
	end
}

# Where the kernel is told what is alive it knows better, and warns.
memory_used_again_is_not_forgotten() {
	begin again
	if [ -d /sys/kernel/debug/debug_objects ]; then
		skip 'this kernel debugs objects'
		end
		return
	fi
	expect insmod /eres_left.ko way=macro again=1
	expect grep -q '^1 total locks, 1 locks currently held$' /sys/kernel/debug/eresource/locks_all
	expect grep -q '^1 total locks, 1 locks currently held$' /sys/kernel/debug/eresource/locks_all
	expect rmmod eres_left
	expect total 0
	end
}

initialised_by_another_module_is_forgotten() {
	begin client
	expect insmod /eres_left.ko
	for percpu in 0 1; do
		announce 'driver goes and leaves a live resource behind'
		expect insmod /eres_left_client.ko percpu="$percpu"
		expect total 1
		expect rmmod eres_left_client
		end_announced
		expect total 0
	done
	reported_as_left client eres_left_client 2
	expect rmmod eres_left
	end
}

# Neither the exit routine nor the driver's regular end comes then.
failed_start_leaves_nothing() {
	begin failed
	for memory in heap static; do
		announce 'driver goes and leaves a live resource behind'
		refuse insmod /eres_left.ko fail=1 way=init-tail memory="$memory" 2>/dev/null
		end_announced
		expect in_log failed 'eresource: eres_left leaves a live resource behind:'
		expect total 0
	done
	expect insmod /eres_left.ko
	announce 'driver goes and leaves a live resource behind'
	refuse insmod /eres_left_client.ko fail=1 2>/dev/null
	end_announced
	expect total 0
	expect rmmod eres_left
	end
}

# It is the start's memory, which goes while the driver stays.
memory_of_the_start_is_forgotten() {
	begin start
	announce 'memory of a live resource goes away'
	expect insmod /eres_left.ko way=macro memory=init
	end_announced
	expect total 0
	expect in_log start 'eresource: eres_left leaves a live resource behind in memory of its start:'
	expect rmmod eres_left
	end
}

# The tracer's address on the stack must not hide whose it is.
initialised_while_traced_is_forgotten() {
	begin traced
	for tracer in function_graph return_probe fprobe; do
		if trace_by "$tracer" eres_init_resource; then
			left_behind way=macro
			left_behind way=init-tail
		else
			skip "no $tracer in this kernel"
		fi
		untrace
	done
	end
}

# Who entered is noted by a path that asks no stack: it can not be found out later, and that is said.
entered_while_traced_is_of_unknown() {
	begin entered 1
	rm -f /tmp/stop
	expect insmod /eres_leak.ko
	if trace_by function_graph; then
		announce 'APC_INDEX_MISMATCH (0'
		keep_calling enter
		poll announced_came
		: >/tmp/stop
		wait "$thread"
		end_announced
		expect in_log entered '  caller unknown (traced)$'
	else
		skip 'no function_graph in this kernel'
	fi
	untrace
	expect rmmod eres_leak
	end
}

cases='unload_is_silent_after_correct_use
thread_in_region_keeps_module_loaded
return_in_region_is_reported
return_after_unmatched_leave_is_reported
live_resources_of_unloaded_driver_are_reported
thread_that_owned_and_exited_keeps_nothing
owner_survives_unload_of_its_driver
sites_of_a_gone_driver_are_new
initialised_in_any_way_is_forgotten
initialised_in_any_memory_is_forgotten
freed_memory_is_forgotten
memory_used_again_is_not_forgotten
initialised_by_another_module_is_forgotten
failed_start_leaves_nothing
memory_of_the_start_is_forgotten
initialised_while_traced_is_forgotten
entered_while_traced_is_of_unknown
owner_in_the_kernel_survives_unload_of_a_driver'

# shellcheck disable=SC2086 # words are wanted
run_cases eresource_unload $cases
