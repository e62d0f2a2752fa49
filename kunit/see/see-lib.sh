# SPDX-License-Identifier: GPL-2.0-only
# Sourced by the suites that use eres_see.ko, after cases-lib.sh: its threads, and what is seen of them.
# shellcheck shell=sh

file=/sys/kernel/debug/eres_see
see=/sys/kernel/debug/eresource

pid_of() {
	sed -n "s/^$1 \\([0-9]*\\) .*/\\1/p" $file
}

idle() {
	grep -q "^$1 [0-9]* idle\$" $file
}

# ask N WORD, of what will have to wait; tell N WORD: and it has been done afterwards.
ask() {
	echo "$1 $2" >$file
}

tell() {
	ask "$1" "$2"
	poll idle "$1"
}

# in_file FILE PATTERN: one of its lines matches
in_file() {
	cat "$see/$1" >/tmp/seen && grep -q "$2" /tmp/seen
}

# lines FILE PATTERN N: so many of them
lines() {
	[ "$(grep -c "$2" "$see/$1")" -eq "$3" ]
}

stat_of() {
	sed -n "s|^$1 \\([0-9]*\\).*|\\1|p" "$see/stats"
}

begin() {
	echo "see-test: begin $1" >/dev/kmsg
	expect insmod /eresource.ko
	shift
	expect insmod /eres_see.ko "$@"
}

done_with_it() {
	expect rmmod eres_see
	expect rmmod eresource
}
