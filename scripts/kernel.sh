#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kernel.sh NAME: a kernel to boot, ours (scripts/configs/NAME.list) or, as stock-FLAVOUR, Debian's
# own; builds or fetches it if need be. Prints the image and what to build modules against. Exits
# with 77 if the archive does not serve it.
set -eu
. "$(dirname "$0")/lib.sh"

case $1 in
stock-*)
	stock=$("$scripts/fetch-stock.sh" "${1#stock-}")
	echo "$stock/vmlinuz $stock/headers"
	;;
*)
	build=$("$scripts/build-kernel.sh" "$1")
	echo "$build/vmlinuz $build"
	;;
esac
