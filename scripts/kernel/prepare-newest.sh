#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# prepare-newest.sh: the newest kernel that we support, from trixie-backports, made ready to compile
# and link modules against; prints the build directory. The tools in its headers package want a
# newer C library, so they are built from its source; configuration and the list of exported
# symbols are Debian's own. Exits with 77 if the archive does not serve it.
set -eu
. "$(dirname "$0")/../lib.sh"

series=7.3
"$scripts/build/install-deps.sh" kernel
APT_CONFIG=$("$scripts/kernel/other-apt.sh" trixie-backports)
export APT_CONFIG

headers=$(apt-cache pkgnames "linux-headers-$series" |
	grep -E "^linux-headers-$series\.[0-9]+\+deb[0-9]+-amd64\$" | sort -V | tail -n 1) || exit 77
source=$("$scripts/kernel/fetch-source.sh" "$series")
lock newest

build=$cache/kernel/newest-${headers#linux-headers-}-gcc$(env -u APT_CONFIG gcc -dumpfullversion)
key=$(cksum <"$0")
if [ "$(cat "$build/complete" 2>/dev/null)" = "$key" ]; then
	echo "$build"
	exit 0
fi

# Off: what needs tools that this machine's release does not have, or keys that nobody has.
prepare() {
	dpkg-deb -x "$deb" "$build/debian" &&
		cp "$build/debian/usr/src/$headers/.config" "$build/debian/usr/src/$headers/Module.symvers" \
			"$build/" &&
		rm -rf "$build/debian" &&
		"$source/scripts/config" --file "$build/.config" -e DEBUG_INFO_NONE \
			-d DEBUG_INFO_DWARF_TOOLCHAIN_DEFAULT -d DEBUG_INFO_BTF -d RUST -d MODVERSIONS \
			-d MODULE_SIG -d MODULE_SIG_ALL -d SECURITY_LOCKDOWN_LSM \
			--set-str SYSTEM_TRUSTED_KEYS '' &&
		make -C "$source" O="$build" olddefconfig &&
		make -C "$source" O="$build" -j"$(nproc)" modules_prepare
}

deb=$("$scripts/kernel/fetch-deb.sh" "$headers" "$cache/download")
rm -rf "$cache/kernel/newest"-*
mkdir -p "$build"
step "preparing $headers" "$build.log" prepare
rm -f "$deb"
echo "$key" >"$build/complete"
echo "$build"
