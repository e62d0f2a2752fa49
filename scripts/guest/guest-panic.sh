#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What the guest of demo-bugs.sh runs for verifier=2: the right use, which is silent, then a mistake,
# which nobody survives.
. /guest-lib.sh

insmod /eresource.ko verifier=1 || complain 'insmod eresource failed'
insmod /bugs.ko || complain 'insmod bugs failed'
echo 2 >/sys/module/eresource/parameters/verifier || complain 'verifier can not be set'
echo right >/dev/bugs || complain 'the right use fails'
! dmesg | grep -q 'eresource:   0x' || complain 'the right use is reported'
[ "$status" -ne 0 ] || echo 'The right use is silent. Now a lock is released once too often.'
[ "$status" -ne 0 ] || echo release-twice >/dev/bugs
complain 'still there'
exit 1
