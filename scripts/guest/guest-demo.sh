#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What the guest of demo.sh runs: the modules, the README's driver, the samples and their demos; all out again. stdout is what a
# person sees, stderr is the console.
. /guest-lib.sh

insmod /eresource.ko || complain 'insmod eresource failed'
# The driver that the README shows does what the README says.
insmod /mydriver.ko || complain 'insmod mydriver failed'
echo 42 >/sys/kernel/debug/mydriver || complain 'mydriver can not be written'
[ "$(cat /sys/kernel/debug/mydriver)" = 42 ] || complain 'mydriver does not keep what was written'
remove mydriver

insmod /wdmsync.ko || complain 'insmod wdmsync failed'
insmod /ramfile.ko || complain 'insmod ramfile failed'
[ "$status" -ne 0 ] || /bin/ramfile-demo || complain "ramfile-demo exited with $?"
remove ramfile
insmod /ramdisk.ko || complain 'insmod ramdisk failed'
[ "$status" -ne 0 ] || /bin/ramdisk-demo || complain "ramdisk-demo exited with $?"
remove ramdisk
remove wdmsync
remove eresource
exit "$status"
