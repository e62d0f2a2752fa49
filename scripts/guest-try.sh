#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What the guest of try.sh runs: the module and the driver in, its try.sh, a shell if wanted, both out;
# after each step what the kernel has said in it, reports among it.
. /guest-lib.sh
read -r driver shell </try

# part WORDS...
part() {
	echo
	echo "== $*"
}

kernel_log() {
	dmesg -c >/tmp/log
	[ ! -s /tmp/log ] || {
		part "the kernel's log, $1"
		cat /tmp/log
	}
}

insmod /eresource.ko || complain 'insmod eresource failed'
dmesg -c >/dev/null
part "insmod $driver.ko"
insmod "/$driver.ko" || complain "insmod $driver failed"
kernel_log 'insmod'

if [ "$status" -eq 0 ] && [ -e /try.sh ]; then
	part try.sh
	sh /try.sh 2>&1 || complain "try.sh exited with $?"
	kernel_log try.sh
fi

if [ "$shell" = yes ]; then
	part "a shell in the guest; exit or Ctrl-D ends it"
	# The port becomes the terminal of a session, so that Ctrl-C works, and is hung up for all who have
	# it open when the session ends.
	port=$(readlink /proc/$$/fd/1)
	stty sane <"$port"
	setsid -c sh -i <>"$port" >&0 2>&1
	exec >"$port"
	stty raw -echo <"$port"
	kernel_log shell
fi

part /sys/kernel/debug/eresource/locks_all
cat /sys/kernel/debug/eresource/locks_all

part "rmmod $driver"
[ ! -e "/sys/module/$driver" ] || remove "$driver"
kernel_log 'rmmod'
remove eresource
exit "$status"
