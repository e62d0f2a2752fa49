#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# check-console.sh LOG...: fails, and prints where, if a guest's console tells of anything wrong.
# check-console.sh --patterns: what it looks for, one pattern a line.
#
# A test that provokes a message on purpose announces it on the console:
#	eresource-expect-begin: TEXT
#	eresource-expect-end: TEXT
# Between the two, noise is accepted if TEXT occurs there; if it does not, that is an error: the
# report is missing. Grave noise (below) is accepted only if TEXT itself is of that kind.
set -eu

# What the kernel says when something is wrong, as extended regular expressions. check-console-test.sh
# has an example of each.
bad='
WARNING:
BUG:
BUG at
Oops
Call Trace:
stack backtrace:
possible circular locking dependency
possible recursive locking
possible irq lock inversion
possible unsafe locking scenario
inconsistent lock state
irq lock inversion dependency
bad unlock balance
bad contention detected
held lock freed
lock held at task exit
lock held when returning to user space
still has locks held
Invalid wait context
nested lock was not taken
INFO: trying to register non-static key
INFO: lockdep is turned off
turning off the locking correctness validator
BUG: MAX_LOCKDEP
BUG: MAX_LOCK_DEPTH
BUG: MAX_STACK_TRACE
DEBUG_LOCKS_WARN_ON
DEBUG_RWSEMS_WARN_ON
INFO: task .* blocked for more than
INFO: rcu
rcu: INFO:
detected stalls
self-detected stall
rcu_.* kthread starved
soft lockup
hard LOCKUP
BUG: workqueue lockup
suspicious RCU usage
Voluntary context switch within RCU
scheduling while atomic
sleeping function called from invalid context
using smp_processor_id\(\) in preemptible
Illegal context switch
KCSAN:
kmemleak: [1-9][0-9]* new suspected
unreferenced object 0x
ODEBUG:
list_add corruption
list_del corruption
refcount_t: 
UBSAN:
Objects remaining in
Object already free
Poison overwritten
Redzone
clocksource: .* unstable
Unknown symbol
disagrees about version of symbol
segfault at
traps: 
Out of memory:
'

# Nothing but an announcement of this very thing makes up for these.
grave='
KASAN:
general protection fault
unable to handle
NULL pointer dereference
double fault
stack guard page was hit
Kernel panic
kernel stack overflow
invalid opcode:
'

# Known and harmless, whatever the patterns say; with the reason.
#
# KCSAN, neither side of the race in a module: the kernel has such of its own, mostly in timers. What
# races in our code, inline functions of the kernel among it, has our module's name in brackets.
#
# "tainted" or "taint": our modules are neither part of the tree nor signed. Every run says so.
harmless='
BUG: KCSAN: [a-z-]* in [^[]*$
loading out-of-tree module taints kernel
module verification failed: signature and/or required key missing
'

if [ "$1" = --patterns ]; then
	printf '%s' "$bad$grave" | sed '/^$/d'
	exit 0
fi

exec awk -v bad="$bad" -v grave="$grave" -v harmless="$harmless" '
function split_list(text, list,    n, i, raw, count)
{
	n = split(text, raw, "\n")
	for (i = 1; i <= n; i++)
		if (raw[i] != "")
			list[++count] = raw[i]
	return count
}

function any(text, list, n,    i)
{
	for (i = 1; i <= n; i++)
		if (text ~ list[i])
			return 1
	return 0
}

# Remembers line number nr of the current file, and why, for the report at its end.
function complain(nr, why)
{
	offence[nr] = why
	offences++
}

function close_window(why)
{
	if (!found)
		complain(opened, "announced, but never came: " announced)
	if (why != "")
		complain(opened, why)
	announced = ""
	opened = 0
}

function report(    nr, shown)
{
	for (nr = 1; nr <= length_of_file; nr++)
		if (nr in offence) {
			printf "%s:%d: %s\n", name, nr, offence[nr]
			if (++shown == 40) {
				print "(and more)"
				break
			}
		}
	shown = 0
	for (nr = 1; nr <= length_of_file && shown < 300; nr++)
		if (nr in offence) {
			first = nr - 3 > last ? nr - 3 : last + 1
			if (first > last + 1)
				print "    --"
			for (last = first; last <= nr + 20 && last <= length_of_file; last++) {
				print "    " line[last]
				shown++
				if (last > nr && last in offence)
					nr = last
			}
			last--
		}
}

function finish_file()
{
	if (opened)
		close_window("announcement never ended: " announced)
	if (offences)
		report()
	failed += offences
	delete line
	delete offence
	offences = last = 0
}

BEGIN {
	n_bad = split_list(bad, is_bad)
	n_grave = split_list(grave, is_grave)
	n_harmless = split_list(harmless, is_harmless)
}

FNR == 1 {
	if (NR > 1)
		finish_file()
	name = FILENAME
	files++
}

{
	sub(/\r$/, "")
	line[FNR] = $0
	length_of_file = FNR
}

/eresource-expect-begin: / {
	if (opened)
		close_window("announcement never ended: " announced)
	announced = $0
	sub(/.*eresource-expect-begin: /, "", announced)
	opened = FNR
	found = 0
	next
}

/eresource-expect-end: / {
	text = $0
	sub(/.*eresource-expect-end: /, "", text)
	if (!opened)
		complain(FNR, "end of an announcement that was never made: " text)
	else
		close_window(text == announced ? "" : "another announcement ended: " text)
	next
}

opened && index($0, announced) {
	found = 1
}

any($0, is_harmless, n_harmless) {
	next
}

any($0, is_grave, n_grave) {
	if (!opened || !any(announced, is_grave, n_grave))
		complain(FNR, "unexpected: " $0)
	next
}

any($0, is_bad, n_bad) {
	if (!opened)
		complain(FNR, "unexpected: " $0)
}

END {
	if (!files) {
		print "no console output at all"
		exit 1
	}
	finish_file()
	exit failed > 0
}' "$@"
