#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# copy-in.sh LINUX-TREE: puts the modules and their KUnit tests into a tree of the kernel, as
# drivers/misc/eresource, with an entry in the Kconfig and the Makefile there. Again: brings them up to date.
# Then, in that tree:
#
#	tools/testing/kunit/kunit.py run --kunitconfig=drivers/misc/eresource/kunit [--arch=x86_64]
set -eu
. "$(dirname "$0")/lib.sh"
usage 1 1 "$@"

tree=$1
if [ ! -e "$tree/Kbuild" ] || [ ! -e "$tree/drivers/misc/Kconfig" ]; then
	die "$tree is no tree of the kernel"
fi
dir=$tree/drivers/misc/eresource

"$scripts/build/install-deps.sh" rsync
mkdir -p "$dir"
cd "$top"
# What is built within it: no programs, no drivers that are to be outside, nothing that was built here.
# By content and without times: what is copied is newer than what was built of it before, and only that.
rsync -rlp --checksum --delete --delete-excluded --exclude=/include/generated --exclude='*.o' --exclude='*.ko' --exclude='.*.cmd' \
	--exclude='*.mod' --exclude='*.mod.c' --exclude='*.s' --exclude=modules.order --exclude='*.a' \
	--exclude='/kunit/user/*.c' --exclude=/kunit/twins --exclude=/kunit/model --exclude=/kunit/ddk --exclude=/kunit/ported \
	--exclude=/kunit/leak --exclude=/kunit/hurry --exclude=/kunit/see --exclude='*.sh' Kbuild Kconfig include shim kunit "$dir/"

# Files that a tree shares with others by hard links are replaced, not written to.
entry='source "drivers/misc/eresource/Kconfig"'
grep -Fqx "$entry" "$tree/drivers/misc/Kconfig" || sed -i "\$s,^endmenu\$,$entry\n&," "$tree/drivers/misc/Kconfig"
grep -Fqx "$entry" "$tree/drivers/misc/Kconfig" || die "$tree/drivers/misc/Kconfig does not end as expected"
entry='obj-y += eresource/'
grep -Fqx "$entry" "$tree/drivers/misc/Makefile" || sed -i "\$a$entry" "$tree/drivers/misc/Makefile"
note "in $dir"
