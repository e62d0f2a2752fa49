#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What the guest of try.sh runs: the modules in, the driver last, its try.sh, a shell if wanted, all out;
# after each step what the kernel has said in it, reports among it.
. /guest-lib.sh
read -r shell modules </try
driver=${modules##* }

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

for module in $modules; do
	[ "$module" != "$driver" ] || {
		dmesg -c >/dev/null
		part "insmod $driver.ko"
	}
	insmod "/$module.ko" || complain "insmod $module failed"
done
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
out=
for module in $modules; do
	out="$module $out"
done
for module in $out; do
	[ ! -e "/sys/module/$module" ] || remove "$module"
	[ "$module" != "$driver" ] || kernel_log rmmod
done
exit "$status"
