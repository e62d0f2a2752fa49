#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What the guest of demo.sh runs: the two modules in, the demo, the modules out. stdout is what a
# person sees, stderr is the console.
status=0

complain() {
	echo "demo: $*"
	echo "demo: $*" >&2
	status=1
}

# A thread that used the module may still be on its way out.
remove() {
	for try in 1 2 3 4 5 6 7 8 9 10; do
		if rmmod "$1" 2>/tmp/rmmod; then
			[ ! -e "/sys/module/$1" ] || complain "$1 is still there after rmmod"
			return
		fi
		echo "demo: rmmod $1 refused, try $try" >&2
		sleep 0.5
	done
	complain "rmmod $1: $(cat /tmp/rmmod)"
}

insmod /eresource.ko || complain 'insmod eresource failed'
insmod /ramfile.ko || complain 'insmod ramfile failed'
[ "$status" -ne 0 ] || /bin/ramfile-demo || complain "ramfile-demo exited with $?"
remove ramfile
remove eresource
exit $status
