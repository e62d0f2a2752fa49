#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What the guest of demo-bugs.sh runs. stdout is what a person reads: each mistake as it is in the
# driver, and what the module says. stderr is the console.
. /guest-lib.sh
number=0
mark=0

say() {
	printf '%s\n' "$@"
}

# Run a command for at most thirty seconds until it succeeds.
poll() {
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
		"$@" && return
		sleep 1
	done
	complain "never came: $*"
}

# The routine with the comment before it.
source_of() {
	awk -v name="$1" '
	/^\/\*/ { comment = "" }
	/^\/\*/, /\*\/$/ { comment = comment $0 "\n"; next }
	index($0, name "(") && /^static/ { printf "%s", comment; found = 1 }
	found { print }
	found && /^}/ { exit }
	/^$/ && !found { comment = "" }' /mistakes.c | expand -t 8 | sed 's/^/    /'
}

mark() {
	mark=$((mark + 1))
	echo "bugs-demo: mark $mark" >/dev/kmsg
}

# What the kernel has said since the mark, without time and processor: the module's words, and from the
# stack what is the driver's.
since_mark() {
	dmesg | sed "1,/bugs-demo: mark $mark\$/d" | sed 's/^\[ *[0-9.]*\] //'
}

# shellcheck disable=SC2317 # called by poll
said() {
	since_mark | grep -Fq "$1"
}

words() {
	since_mark | awk '
	/^eresource: / { sub(/^eresource: /, ""); print "    | " $0; next }
	/^ *[A-Za-z_].*\+0x.* \[bugs\]/ && !/ \? / { sub(/^ */, ""); print "    |   stack: " $0 }'
}

# mistake TITLE ROUTINE...: heading and source
mistake() {
	number=$((number + 1))
	mark
	say '' "$number. $1" ''
	shift
	for routine; do
		source_of "$routine"
	done
	say ''
}

# In a process of its own, which a mistake may leave in any state.
make() {
	sh -c "echo $1 >/dev/bugs" 2>/dev/null
}

# reported CODE...: the codes must have come, and nothing else may count as one.
reported() {
	for code; do
		poll said "$code"
	done
	words
}

# one NAME ROUTINE TITLE CODE...
one() {
	name=$1
	routine=$2
	title=$3
	shift 3
	mistake "$title" "$routine"
	echo "eresource-expect-begin: $1" >/dev/kmsg
	make "$name"
	reported "$@"
	echo "eresource-expect-end: $1" >/dev/kmsg
}

deadlock() {
	mistake 'Deadlock: two locks, taken in either order' BugsVolumeThenFile BugsFileThenVolume
	echo "eresource-expect-begin: EXRESOURCE_TIMEOUT_LIVEDUMP" >/dev/kmsg
	sh -c 'echo volume-then-file >/dev/bugs' &
	first=$!
	sh -c 'echo file-then-volume >/dev/bugs' &
	second=$!
	for code in BugsVolumeThenFile BugsFileThenVolume; do
		poll said "called from $code"
	done
	say '    Both wait. After wait_warn seconds each is reported, and so are the owners, with their stacks:' ''
	words
	say '' '    cat /sys/kernel/debug/eresource/locks, meanwhile:' ''
	sed 's/^/    | /' /sys/kernel/debug/eresource/locks
	say '' '    Somebody releases in the name of the last to come, so that this can go on; that' \
		'    is said as well, and so is its own release, which has nothing to release any more:' ''
	mark
	make rescue
	wait "$first" "$second"
	reported ERESOURCE_INVALID_RELEASE RESOURCE_NOT_OWNED
	echo "eresource-expect-end: EXRESOURCE_TIMEOUT_LIVEDUMP" >/dev/kmsg
}

upgrade() {
	mistake 'Shared owner asks for exclusive' BugsUpgrade
	echo "eresource-expect-begin: shared owner waits for itself" >/dev/kmsg
	sh -c 'echo upgrade >/dev/bugs' &
	stuck=$!
	reported 'shared owner waits for itself'
	make rescue
	wait "$stuck"
	echo "eresource-expect-end: shared owner waits for itself" >/dev/kmsg
}

unload() {
	mistake 'The driver unloads and forgets a lock' bugs_exit
	say '    bugs_exit() deletes FileLock and VolumeLock, not ForgottenLock.' ''
	echo "eresource-expect-begin: driver goes and leaves a live resource behind" >/dev/kmsg
	remove bugs
	reported 'driver goes and leaves a live resource behind'
	echo "eresource-expect-end: driver goes and leaves a live resource behind" >/dev/kmsg
}

insmod /eresource.ko wait_warn=3 || complain 'insmod eresource failed'
insmod /bugs.ko || complain 'insmod bugs failed'

say 'A driver full of mistakes. Each is shown as it is in the driver, then, after the bars, what' \
	'the module says: the Windows bug check with its parameters, who did it, the state of' \
	'the lock, what the thread owns, and how to fix it. Every time the kernel goes on.' \
	'The whole text, with the stacks, is in the kernel log.'

one no-region BugsNoRegion 'Acquire outside of a region' \
	'acquire with APCs enabled' 'release with APCs enabled'
one wrong-order BugsWrongOrder 'Leave the region, then release' 'release with APCs enabled'
one release-twice BugsReleaseTwice 'Release once too often' RESOURCE_NOT_OWNED
one early-return BugsEarlyReturn 'Return without leaving the region' \
	'dispatch routine returned with another APC disable count' KERNEL_APC_PENDING_DURING_EXIT
one mixed-regions BugsMixedRegions 'Leave another kind of region' \
	'region left without having been entered'
upgrade
deadlock
one acquire-at-dispatch-level BugsAcquireAtDispatchLevel 'Acquire where nobody may wait' \
	'acquire at DISPATCH_LEVEL'
one owner-pointer BugsOwnerPointer 'Hand over to what is no owner pointer' \
	RESOURCE_OWNER_POINTER_INVALID
one convert-shared BugsConvertShared 'Convert without being the exclusive owner' \
	FAST_ERESOURCE_PRECONDITION_VIOLATION
one uninitialised BugsUninitialised 'Acquire what was never initialised' \
	'uninitialised resource acquired'
one garbage-pointer BugsGarbagePointer 'Acquire at a garbage pointer' \
	'not the address of a resource'
one initialise-twice BugsInitialiseTwice 'Initialise a live lock' 'live resource initialised again'
one delete-owned BugsDeleteOwned 'Delete a lock that is owned' 'resource deleted while in use'
one thread-exit BugsThreadExit 'A thread returns with a lock, in a region' \
	'thread exits owning a resource' KERNEL_APC_PENDING_DURING_EXIT 'resource deleted while in use'
one work-item BugsWorkItem 'A work item returns in a region' APC_INDEX_MISMATCH
unload

say '' "$number mistakes. What has been counted (/sys/kernel/debug/eresource/stats):" ''
sed -n -e '/^0x.* 0 /d' -e 's/^/    | /p' /sys/kernel/debug/eresource/stats
remove eresource
[ "$status" -ne 0 ] || say '' 'demo-bugs: SUCCESS'
exit "$status"
