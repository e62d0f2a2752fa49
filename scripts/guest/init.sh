#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Process 1 of the guest: mounts what tests need, runs /run.sh with its output on the second serial
# port, or what eresource.port= names, writes the verdict there as the last line, powers off. The
# first port is the console.
PATH=/bin
export PATH

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev 2>/dev/null
mount -t debugfs debugfs /sys/kernel/debug
mount -t tracefs tracefs /sys/kernel/tracing
mount -t tmpfs tmpfs /tmp

# Data races are looked for from here on: booting has some of its own.
[ ! -e /sys/kernel/debug/kcsan ] || echo on >/sys/kernel/debug/kcsan

# Of machines whose kernel has the driver of that port as a module.
[ ! -e /virtio_console.ko ] || insmod /virtio_console.ko

# Lines as they are: no carriage returns, no echo. Kept open, because some drivers forget that with the
# last who closes.
port=/dev/$(sed -n 's/.*eresource\.port=\([0-9a-zA-Z]*\).*/\1/p' /proc/cmdline | grep . || echo ttyS1)
exec 3<>"$port"
stty raw -echo <&3

# The host makes up a new token for each run: nothing left over can pass for it.
token=$(sed -n 's/.*eresource\.token=\([0-9a-z]*\).*/\1/p' /proc/cmdline)

# A word on the console about who speaks from here on; errors of run.sh go there, too.
echo 'init: running /run.sh' >/dev/console
/run.sh </dev/null >&3 2>/dev/console 3>&-
status=$?
echo "init: /run.sh exited with $status" >/dev/console

# Again: whoever had it for a terminal has hung it up (guest-try.sh).
exec 3<>"$port"
stty raw -echo <&3
if [ "$status" -eq 0 ]; then
	echo "$token success" >&3
else
	echo "$token failed: /run.sh exited with $status" >&3
fi
# A port may still be at it: to set it up waits until all is out.
stty raw -echo <&3
sync
poweroff -f
