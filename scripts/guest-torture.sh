#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What the guest of torture.sh runs: the modules in, the tests to their end, the modules out. stdout
# gets the table.
. /guest-lib.sh

read -r parameters </parameters
insmod /eresource.ko || complain 'insmod eresource failed'
# shellcheck disable=SC2086 # several parameters
insmod /eres_torture.ko $parameters || complain 'insmod eres_torture failed'
result=$(cat /sys/module/eres_torture/parameters/result)
# What it said on the console, from the table's beginning on.
dmesg | sed -n 's/^.*\] eres_torture: //p'
[ "$result" = SUCCESS ] || complain "the result is $result"
remove eres_torture
remove eresource
look_for_leaks
exit "$status"
