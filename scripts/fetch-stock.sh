#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# fetch-stock.sh [FLAVOUR]: Debian's own kernel: 6.12 (default), 6.1 or 6.12-rt. Headers are
# installed; the image is only unpacked into the cache, so that the machine's boot loader never
# hears of it. Prints a directory that holds vmlinuz and headers.
set -eu
. "$(dirname "$0")/lib.sh"

flavour=${1:-6.12}
case $flavour in
6.1) meta=linux-image-amd64 ;;
6.12) meta=linux-image-6.12-amd64 ;;
6.12-rt) meta=linux-image-6.12-rt-amd64 ;;
*) die "no such flavour: $flavour" ;;
esac
lock "stock-$flavour"

# The release that the metapackage stands for today: linux-image-6.12.NN+deb12-amd64.
image_package() {
	apt-cache depends --no-recommends --no-suggests "$meta" 2>/dev/null |
		sed -n 's/^ *Depends: \(linux-image-[0-9].*\)$/\1/p' | head -n 1
}

# Naming the headers' metapackage has the package lists fetched where there are none.
"$scripts/install-deps.sh" "$(echo "$meta" | sed 's/image/headers/')"
image=$(image_package)
[ -n "$image" ] || die "$meta: not in the configured suites"
release=${image#linux-image-}
"$scripts/install-deps.sh" "linux-headers-$release"

stock=$cache/stock/$flavour-$release

# Unpacks beside the final place and renames, so that a later run finds all of it or nothing.
unpack() {
	rm -rf "$stock.tmp" &&
		mkdir -p "$stock.tmp" &&
		dpkg-deb --fsys-tarfile "$1" | tar -xO "./boot/vmlinuz-$release" >"$stock.tmp/vmlinuz" &&
		test -s "$stock.tmp/vmlinuz" &&
		ln -s "/usr/src/linux-headers-$release" "$stock.tmp/headers" &&
		rm -rf "$cache/stock/$flavour"-[0-9]*-amd64 &&
		mv "$stock.tmp" "$stock"
}

if [ ! -s "$stock/vmlinuz" ]; then
	deb=$("$scripts/fetch-deb.sh" "$image" "$cache/download")
	step "unpacking the stock image $release" "$own/unpack.log" unpack "$deb"
	rm -f "$deb"
fi
echo "$stock"
