#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# sync-source.sh DIR: make DIR a copy of what modules are built from. What was built there stays, so
# that only what changed is built again; the checkout itself stays clean.
set -eu
. "$(dirname "$0")/../lib.sh"

# What is not of the checkout is deleted there: never let that be something else.
[ -e "$1/.parts" ] || [ -z "$(ls -A "$1" 2>/dev/null)" ] || die "$1 is no copy of a checkout"
mkdir -p "$1"
# What is there is deleted: not of a directory that was somebody else's.
[ -e "$1/.parts" ] || [ -z "$(ls -A "$1")" ] || die "$1 is no copy of a checkout"
cd "$top"
for part in Kbuild include shim kunit samples; do
	[ ! -e "$part" ] || printf '%s\n' "$part"
done >"$1/.parts"
[ -s "$1/.parts" ] || die 'nothing to build in the checkout'

# By content and without times: what is copied is newer than what was built of it before, also if it
# was edited while that build ran.
# shellcheck disable=SC2046 # a list of names without blanks
rsync -rlpD --checksum --delete --exclude='*.o' --exclude='*.o.d' --exclude='.*.cmd' --exclude='*.ko' \
	--exclude='*.mod' --exclude='*.mod.c' --exclude='.module-common.o' --exclude='*.a' \
	--exclude='*.s' --exclude='*.s.d' --exclude=/include/generated --exclude='Module.symvers' \
	--exclude='modules.order' $(cat "$1/.parts") "$1/"
