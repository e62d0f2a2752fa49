#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What the guest of bench.sh runs. stdout gets the results, one sample a line.
# shellcheck disable=SC2154,SC2086 # variables of bench.sh, some with several words
. /guest-lib.sh
# shellcheck disable=SC1091 # written by bench.sh
. /parameters

# Patterns are for eres-bench.
set -f
insmod /eresource.ko $module || complain 'insmod eresource failed'
insmod /wdmsync.ko || complain 'insmod wdmsync failed'
insmod /eres_bench.ko || complain 'insmod eres_bench failed'
/bin/eres-bench -r "$rounds" -l "$length" -n "$resources" -h "$holders" $rows ||
	complain "eres-bench exited with $?"
remove eres_bench
remove wdmsync
remove eresource
exit "$status"
