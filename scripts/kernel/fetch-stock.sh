#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# fetch-stock.sh [-h] [FLAVOUR]: Debian's own kernel: 6.12 (default), 6.1, 6.12-rt, or for other
# machines 6.12-arm64 and 6.1-s390x. Prints a directory that holds headers and, without -h, vmlinuz.
# Headers for this machine are installed; all else is only unpacked into the cache, so that the boot
# loader never hears of it. Exits with 77 if the archive does not serve them.
set -eu
. "$(dirname "$0")/../lib.sh"

headers_only=
[ "${1:-}" != -h ] || {
	headers_only=yes
	shift
}
flavour=${1:-6.12}
case $flavour in
6.1) meta=linux-image-amd64 ;;
6.1-s390x) meta=linux-image-s390x ;;
6.12) meta=linux-image-6.12-amd64 ;;
6.12-arm64) meta=linux-image-6.12-cloud-arm64 ;;
6.12-rt) meta=linux-image-6.12-rt-amd64 ;;
*) die "no such flavour: $flavour" ;;
esac
build_for "stock-$flavour"
lock "stock-$flavour"

# needs PACKAGE PATTERN: which package of those that match it needs.
needs() {
	apt-cache depends --no-recommends --no-suggests "$1" 2>/dev/null |
		sed -n "s/^ *Depends: \($2\)\$/\1/p" | head -n 1
}

if [ "$ARCH" = x86 ]; then
	# Naming the headers' metapackage has the package lists fetched where there are none.
	"$scripts/build/install-deps.sh" "$(echo "$meta" | sed 's/image/headers/')"
else
	APT_CONFIG=$("$scripts/kernel/other-apt.sh" "$(debian_arch)")
	export APT_CONFIG
fi
# The release that the metapackage stands for today: linux-image-6.12.NN+deb12-amd64.
image=$(needs "$meta" 'linux-image-[0-9].*')
[ -n "$image" ] || {
	note "$meta: not in the configured suites"
	exit 77
}
release=${image#linux-image-}
headers=linux-headers-$release
stock=$cache/stock/$flavour-$release

# Those of another machine are its own configuration, over what is common to all and can be installed,
# and tools that run here.
unpack_headers() {
	rm -rf "$stock/headers.tmp" &&
		mkdir -p "$stock/headers.tmp" &&
		dpkg-deb --fsys-tarfile "$1" |
		tar -x -C "$stock/headers.tmp" --strip-components=4 "./usr/src/$headers/" &&
		for tools in scripts tools; do
			ln -sfn "/usr/lib/$kbuild/$tools" "$stock/headers.tmp/$tools" || return
		done &&
		mv "$stock/headers.tmp" "$stock/headers"
}

mkdir -p "$stock"
if [ "$ARCH" = x86 ]; then
	"$scripts/build/install-deps.sh" "$headers"
	ln -sfn "/usr/src/$headers" "$stock/headers"
else
	common=$(needs "$headers" 'linux-headers-.*-common.*')
	kbuild=$(needs "$headers" 'linux-kbuild-.*')
	env -u APT_CONFIG "$scripts/build/install-deps.sh" modules "$common" "$kbuild"
	if [ ! -e "$stock/headers" ]; then
		deb=$("$scripts/kernel/fetch-deb.sh" "$headers" "$cache/download")
		step "unpacking $headers" "$own/unpack.log" unpack_headers "$deb"
		rm -f "$deb"
	fi
fi

# Unpacks beside the final place and renames, so that a later run finds all of it or nothing. The port
# for the output is a module on s390x.
unpack_image() {
	dpkg-deb --fsys-tarfile "$1" | tar -xO "./boot/vmlinuz-$release" >"$stock/vmlinuz.tmp" &&
		test -s "$stock/vmlinuz.tmp" || return
	if [ "$ARCH" = s390 ]; then
		dpkg-deb --fsys-tarfile "$1" | tar -xO \
			"./lib/modules/$release/kernel/drivers/char/virtio_console.ko" >"$stock/virtio_console.ko" &&
			(cd "$stock" && echo virtio_console.ko | cpio --quiet -o -H newc -R 0:0) |
			gzip >"$stock/drivers.initrd" || return
	fi
	mv "$stock/vmlinuz.tmp" "$stock/vmlinuz"
}

if [ -z "$headers_only" ] && [ ! -s "$stock/vmlinuz" ]; then
	deb=$("$scripts/kernel/fetch-deb.sh" "$image" "$cache/download")
	step "unpacking the stock image $release" "$own/unpack.log" unpack_image "$deb"
	rm -f "$deb"
fi
for old in "$cache/stock/$flavour"-[0-9]*; do
	[ "$old" = "$stock" ] || rm -rf "$old"
done
echo "$stock"
