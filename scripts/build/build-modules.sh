#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# build-modules.sh KDIR DIR [ARGUMENT...]: build a copy of the checkout in DIR against the kernel in
# KDIR: the modules, their tests (those with KUnit if that kernel has it), and the samples and the drivers
# of the unload and see tests, which are built as any driver outside the tree is. ARGUMENTs go to make.
#
# A warning is an error, those of W=1 too, for all alike: who builds for the same kernel shares DIR.
#
#	W=                     no such warnings, for a compiler that has more of them
#	MODULES='FILE.ko ...'  of the former only these, and of the latter what is missing
#	DRIVERS='DIR ...'      of the latter only these
set -eu
. "$(dirname "$0")/../lib.sh"

kdir=$1
dir=$2
shift 2

set -- "W=${W-1e}" "$@"
"$scripts/build/install-deps.sh" modules
"$scripts/build/sync-source.sh" "$dir"

# Another kernel of the same name: nothing that was built for the old one is worth keeping.
kernel=$(cd "$kdir" && pwd -P && cksum <include/generated/autoconf.h)
if [ "$(cat "$dir/.kernel" 2>/dev/null)" != "$kernel" ]; then
	make -C "$kdir" M="$dir" ERESOURCE_TESTS=y "$@" clean
	echo "$kernel" >"$dir/.kernel"
fi

# shellcheck disable=SC2086 # words are wanted
make -C "$kdir" M="$dir" ERESOURCE_TESTS=y -j"$(nproc)" "$@" ${MODULES:-modules}
for driver in ${DRIVERS-$(cd "$dir" && echo samples/* kunit/leak kunit/hurry kunit/see kunit/ported)}; do
	driver=$dir/$driver
	[ -e "$driver/Kbuild" ] || [ -e "$driver/Makefile" ] || continue
	[ -z "${MODULES:-}" ] || [ -z "$(find "$driver" -name '*.ko')" ] || continue
	make -C "$kdir" M="$driver" KBUILD_EXTRA_SYMBOLS="$dir/Module.symvers" \
		-j"$(nproc)" "$@" modules
done
