#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What the guest of check-gdb.sh runs: one lock owned, a reader and a writer waiting, and another lock
# handed over. Says so, with what debugfs shows, and stays until it is ended from outside.
. /guest-lib.sh
file=/sys/kernel/debug/eres_see

insmod /eresource.ko || complain 'insmod eresource failed'
insmod /eres_see.ko || complain 'insmod eres_see failed'

# until N PATTERN: a line of "locks" matches
until_seen() {
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		grep -q "$1" /sys/kernel/debug/eresource/locks && return
		sleep 1
	done
	complain "never came: $1"
}

echo 1 >/proc/sys/kernel/kptr_restrict
echo '0 exclusive' >$file
echo '1 exclusive' >$file
until_seen 'NumberOfExclusiveWaiters = 1'
echo '2 shared' >$file
until_seen 'NumberOfSharedWaiters = 1'
cat /sys/kernel/debug/eresource/locks
[ "$status" -ne 0 ] || echo 'vmcore: ready'
while [ "$status" -eq 0 ]; do sleep 60; done
exit "$status"
