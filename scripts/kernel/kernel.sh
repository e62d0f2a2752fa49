#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kernel.sh NAME: a kernel to boot, ours (scripts/configs/NAME.list) or, as stock-FLAVOUR, Debian's
# own; builds or fetches it if need be. Prints the image and what to build modules against. Exits
# with 77 if the archive does not serve it, or what its machine needs.
set -eu
. "$(dirname "$0")/../lib.sh"

build_for "$1"
"$scripts/build/install-deps.sh" modules qemu

case $1 in
stock-*)
	stock=$("$scripts/kernel/fetch-stock.sh" "${1#stock-}")
	echo "$stock/vmlinuz $stock/headers"
	;;
*)
	build=$("$scripts/kernel/build-kernel.sh" "$1")
	echo "$build/vmlinuz $build"
	;;
esac
