#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What "make try" runs in the guest, with eresource.ko and the driver inserted: what is written is read.
file=/sys/kernel/debug/mydriver

echo 42 >$file
echo "$file says $(cat $file)"
[ "$(cat $file)" = 42 ]
