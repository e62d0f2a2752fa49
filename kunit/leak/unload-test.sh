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

cases='unload_is_silent_after_correct_use
thread_in_region_keeps_module_loaded
return_in_region_is_reported
return_after_unmatched_leave_is_reported
live_resources_of_unloaded_driver_are_reported
thread_that_owned_and_exited_keeps_nothing
owner_survives_unload_of_its_driver'

# shellcheck disable=SC2086 # words are wanted
run_cases eresource_unload $cases
