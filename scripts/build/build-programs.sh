#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# build-programs.sh DIR: the user programs of the tests and of the samples, statically linked, because
# the guest has no libraries: eres-sigtest from all of kunit/user, ramfile-demo and ramdisk-demo from all
# of their samples' demo directories, the others from the user directories of their modules.
set -eu
. "$(dirname "$0")/../lib.sh"

mkdir -p "$1"

# program NAME SOURCE...
program() {
	name=$1
	shift
	[ -e "$1" ] || return 0
	"${CROSS_COMPILE:-}gcc" -static -O2 -Wall -Wextra -Werror -pthread -o "$out/$name" "$@"
}

out=$1
program eres-sigtest "$top"/kunit/user/*.c
program eres-uring "$top"/kunit/see/user/*.c "$top"/kunit/torture/user/ring.c
program ramfile-demo "$top"/samples/ramfile/demo/*.c
program ramdisk-demo "$top"/samples/ramdisk/demo/*.c
program eres-torment "$top"/kunit/torture/user/*.c
program eres-bench "$top"/kunit/bench/user/*.c
