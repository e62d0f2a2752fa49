#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# fetch-busybox.sh: Debian's static busybox for the machine that ARCH names (see lib.sh), unpacked into
# the cache; prints its path.
set -eu
. "$(dirname "$0")/../lib.sh"

arch=$(debian_arch)
lock "busybox-$arch"
busybox=$cache/busybox/$arch

unpack() {
	dpkg-deb --fsys-tarfile "$1" | tar -xO ./bin/busybox >"$busybox.tmp" &&
		test -s "$busybox.tmp" &&
		chmod +x "$busybox.tmp" &&
		mv "$busybox.tmp" "$busybox"
}

if [ ! -s "$busybox" ]; then
	mkdir -p "${busybox%/*}"
	APT_CONFIG=$("$scripts/kernel/other-apt.sh" "$arch")
	export APT_CONFIG
	deb=$("$scripts/kernel/fetch-deb.sh" busybox-static "$cache/download/$arch")
	step "unpacking busybox for $arch" "$own/unpack.log" unpack "$deb"
	rm -f "$deb"
fi
echo "$busybox"
