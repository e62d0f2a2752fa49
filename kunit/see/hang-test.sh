#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Waits that last: what is reported of them, of owners that are frozen, and whom the kernel takes for the blocker.
# Runs in the guest, with no module loaded, and leaves none. Prints KTAP.
# The threads are those of eres_see.ko: numbers from 0 to 3.
# shellcheck disable=SC1091,SC2154 # there, in the guest; set in see-lib.sh
. /cases-lib.sh
. /see-lib.sh

# since CASE: what the console has said in it
since() {
	dmesg | sed -n "/see-test: begin $1\$/,\$p"
}

# said CASE PATTERN N: so many lines that match
said() {
	[ "$(since "$1" | grep -c "$2")" -eq "$3" ]
}

nobody_waits() {
	grep -qx 'crowd 0' "$file"
}

told_of() {
	[ "$(stat_of 0x1cc)" -ge "$1" ]
}

# The owner's stack once, those of the first who wait, the others by number; once more when the wait has lasted
# twice as long, and not each second.
hang_of_many_is_one_report() {
	begin crowd
	announce 'goes on waiting'
	tell 0 exclusive
	tell 1 crowd
	poll in_file locks '^    NumberOfExclusiveWaiters = 40$'
	echo 2 >/sys/module/eresource/parameters/wait_warn
	poll told_of 2
	tell 0 release
	poll nobody_waits
	end_announced
	reports=$(stat_of 0x1cc)
	expect said crowd 'a thread has been waiting for' "$reports"
	expect said crowd 'owned by thread .* see-[0-9].*, exclusive, 1 level' "$reports"
	expect said crowd 'waited for by thread .* see-crowd\[.*, exclusive, for' $((reports * 3))
	expect said crowd 'waited for by 37 more, for less long' "$reports"
	expect said crowd 'the stack of an owner' "$reports"
	expect said crowd 'the stack of a waiter' $((reports * 3))
	since crowd | sed -n 's/.* been waiting for \([0-9]*\) s .*/\1/p' >/tmp/seconds
	# shellcheck disable=SC2016 # awk's
	expect awk 'NR > 1 && $1 < 2 * last { exit 1 } { last = $1 }' /tmp/seconds
	done_with_it
}

all_wait_for_long() {
	in_file locks 'Waiter' && ! grep -q 'for [0-3]\.[0-9]* s$' /tmp/seen
}

# Eight, and the number of the others; these when the time has gone by again. All are due at once.
many_hangs_are_told_of_a_few_at_a_time() {
	begin scatter many=12
	announce 'goes on waiting'
	tell 0 take-many
	tell 1 scatter
	poll lines locks '^    NumberOfExclusiveWaiters = 1$' 12
	poll all_wait_for_long
	echo 4 >/sys/module/eresource/parameters/wait_warn
	poll told_of 12
	tell 0 release-many
	poll nobody_waits
	end_announced
	since scatter >/tmp/said
	expect grep -q '4 more resources or locks, and 0 threads that wait for others, come later' /tmp/said
	expect test "$(sed '/more resources or locks, and/q' /tmp/said | grep -c 'a thread has been waiting for')" -eq 8
	# No resource twice before each has been told of once.
	expect test "$(sed -n 's/.*  resource \([0-9a-f]*\), &see_many\[i\],.*/\1/p' /tmp/said | head -n 12 | sort -u | wc -l)" -eq 12
	done_with_it
}

owned() {
	in_file locks_all 'see_lock (0x[0-9a-f]*)    Exclusively owned$'
}

free() {
	in_file locks_all 'see_lock (0x[0-9a-f]*)    Available$'
}

# suspend_for SECONDS: all tasks are frozen, and thawed again
suspend_for() {
	echo "$1" >/sys/module/suspend/parameters/pm_test_delay
	echo freezer >/sys/power/pm_test && echo freeze >/sys/power/state
}

# mounted TYPE OPTIONS: a control group "see" of that file system, which the shell and its children can join
mounted() {
	mkdir -p /tmp/cgroup
	mount -t "$1" ${2:+-o "$2"} none /tmp/cgroup 2>/dev/null && mkdir /tmp/cgroup/see
}

unmount() {
	rmdir /tmp/cgroup/see && umount /tmp/cgroup
}

# self WORD: by a process of its own, in $self
self() {
	sh -c "echo 'self $1' >$file" &
	self=$!
	poll owned
}

said_frozen() {
	since "$1" | grep -q 'this owner is frozen, and releases nothing'
}

# wait_warn is 60 seconds: it is reported because it is frozen. lockdep has its own word for it, which is "WARNING".
frozen_owner_is_reported_by() {
	announce 'this owner is frozen'
	self own-freezably
	ask 1 exclusive
	poll in_file locks '^    NumberOfExclusiveWaiters = 1$'
	"stop_by_$1"
	poll said_frozen "$1"
	"go_by_$1"
	tell 2 wake
	wait "$self"
	poll idle 1
	tell 1 release
	end_announced
	expect said "$1" "owned by thread .* sh\\[$self\\], exclusive" 1
	expect said "$1" 'to fix it: an owner must not sleep freezably' 1
	expect test "$(stat_of 0x1cc)" -eq 1
	poll free
}

stop_by_suspend() {
	suspend_for 4
}

go_by_suspend() {
	:
}

stop_by_cgroup1() {
	echo "$self" >/tmp/cgroup/see/cgroup.procs
	echo FROZEN >/tmp/cgroup/see/freezer.state
}

go_by_cgroup1() {
	echo THAWED >/tmp/cgroup/see/freezer.state
}

owner_frozen_by_suspend_is_reported() {
	if [ ! -e /sys/power/pm_test ]; then
		skip 'no suspend in this kernel'
		return
	fi
	begin suspend
	frozen_owner_is_reported_by suspend
	done_with_it
}

owner_frozen_by_cgroup_is_reported() {
	if ! mounted cgroup freezer; then
		skip 'no cgroup freezer in this kernel'
		return
	fi
	begin cgroup1
	frozen_owner_is_reported_by cgroup1
	done_with_it
	unmount
}

# A sleep in a region that a freezer ends; -512 is -ERESTARTSYS. What it owns is free again before it is frozen.
interrupted() {
	grep -qx 'slept -512' "$file" && free
}

freezers_end_interruptible_sleeps() {
	begin interrupt
	tried=
	if [ -e /sys/power/pm_test ]; then
		tried=yes
		self own-interruptibly
		suspend_for 1
		poll interrupted
		wait "$self"
	fi
	for version in cgroup cgroup2; do
		freezer=
		[ "$version" = cgroup2 ] || freezer=freezer
		mounted "$version" "$freezer" || continue
		tried=yes
		self own-interruptibly
		echo "$self" >/tmp/cgroup/see/cgroup.procs
		if [ -n "$freezer" ]; then
			echo FROZEN >/tmp/cgroup/see/freezer.state
			poll interrupted
			echo THAWED >/tmp/cgroup/see/freezer.state
		else
			echo 1 >/tmp/cgroup/see/cgroup.freeze
			poll interrupted
			echo 0 >/tmp/cgroup/see/cgroup.freeze
		fi
		wait "$self"
		unmount
	done
	done_with_it
	[ -n "$tried" ] || skip 'no freezer in this kernel'
}

# From 6.17 on khungtaskd names a blocker.
kernel_names_blockers() {
	[ "$(printf '%s\n' 6.17 "$(uname -r)" | sort -V | head -n 1)" = 6.17 ]
}

hung() {
	since "hung-$states" >/tmp/said
	[ "$(grep -c "INFO: task see-$1:.* blocked for more than" /tmp/said)" -ge 2 ]
}

# names WAITER OWNER: from here on thread WAITER is said to be blocked by OWNER, by nobody if that is empty
names() {
	states=$((states + 1))
	echo "see-test: begin hung-$states" >/dev/kmsg
	poll hung "$1"
	owner=$(sed "1,/INFO: task see-$1:.* blocked for more than/d" /tmp/said |
		sed -n "s/.*INFO: task see-$1:.* blocked on .* task \([^ ]*\).*/\1/p" | sort -u | tr '\n' ' ')
	[ "${owner% }" = "$2" ] || complain "state $states: see-$1 is blocked by '${owner% }', not '$2'"
}

thread() {
	kernel_names_blockers || return 0
	echo "see-$1:$(pid_of "$1")"
}

# In each state of the lock: an owner that had not to wait; readers that it lets in; an owner that had, who alone
# has put its name into the rwsem; and who owns after that one.
kernel_names_the_owner_or_nobody() {
	sysctl=/proc/sys/kernel/hung_task
	if [ ! -e "${sysctl}_warnings" ]; then
		skip 'khungtaskd can not be told in this kernel'
		return
	fi
	begin hung
	echo 0 >/sys/module/eresource/parameters/wait_warn
	states=0
	seconds=$(cat "${sysctl}_timeout_secs")
	warnings=$(cat "${sysctl}_warnings")
	panic=$(cat "${sysctl}_panic")
	announce 'blocked for more than'
	echo 0 >"${sysctl}_panic"
	echo 1 >"${sysctl}_timeout_secs"
	echo -1 >"${sysctl}_warnings"

	tell 0 exclusive
	ask 1 exclusive
	names 1 ''
	ask 2 shared
	names 2 ''
	ask 3 exclusive
	tell 0 release
	poll idle 2
	names 1 ''
	names 3 ''
	tell 2 release
	poll idle 1
	# What has been taken back stays so while 3 sleeps.
	names 3 ''
	ask 2 shared
	names 2 ''
	tell 1 release
	poll idle 2
	names 3 ''
	tell 2 release
	poll idle 3
	ask 1 exclusive
	names 1 "$(thread 3)"
	tell 3 hand-over
	names 1 ''
	tell 3 release-pointer
	poll idle 1
	tell 1 release

	tell 0 shared
	tell 2 shared
	ask 1 exclusive
	names 1 ''
	tell 0 release
	tell 2 release
	poll idle 1
	tell 1 release

	tell 0 read-mostly
	ask 1 exclusive
	names 1 ''
	tell 0 release
	poll idle 1

	# 1 owns; the thread that is to die waits for it, and 2 for that one.
	ask 0 die-owning
	poll in_file locks '^    NumberOfExclusiveWaiters = 1$'
	ask 2 exclusive
	poll in_file locks '^    NumberOfExclusiveWaiters = 2$'
	tell 1 release
	poll idle 0
	names 2 ''
	tell 0 release-dead
	poll idle 2
	tell 2 release

	echo "$seconds" >"${sysctl}_timeout_secs"
	echo "$warnings" >"${sysctl}_warnings"
	echo "$panic" >"${sysctl}_panic"
	end_announced
	poll free
	done_with_it
}

# Where an owner that lockdep knows of is frozen, the kernel warns, with locks held, and lockdep is off: last.
cases='hang_of_many_is_one_report
many_hangs_are_told_of_a_few_at_a_time
kernel_names_the_owner_or_nobody
freezers_end_interruptible_sleeps
owner_frozen_by_suspend_is_reported
owner_frozen_by_cgroup_is_reported'

# shellcheck disable=SC2086 # words are wanted
run_cases eresource_hang $cases
