# SPDX-License-Identifier: GPL-2.0-only
# Sourced by the scripts that run in the guest: complaints, removing modules, looking for leaks.
# shellcheck shell=sh

status=0

# To the console, where whoever looks into a failure looks first.
complain() {
	echo "guest: $*" >&2
	# shellcheck disable=SC2034 # read by who sources this
	status=1
}

# A thread that used the module may still be on its way out.
remove() {
	for try in 1 2 3 4 5 6 7 8 9 10; do
		if rmmod "$1" 2>/tmp/rmmod; then
			[ ! -e "/sys/module/$1" ] || complain "$1 is still there after rmmod"
			return
		fi
		echo "guest: rmmod $1 refused, try $try" >&2
		sleep 0.5
	done
	complain "rmmod $1: $(cat /tmp/rmmod)"
}

# Where the kernel has kmemleak. What looks lost once may be in a register; twice, it is lost. What
# is found is on the console then, where the host judges it.
look_for_leaks() {
	leaks=/sys/kernel/debug/kmemleak
	[ -e "$leaks" ] || return 0
	echo scan >"$leaks"
	sleep 5
	echo scan >"$leaks"
	cat "$leaks" >&2
	[ ! -s "$leaks" ] || complain 'memory has been lost'
}
