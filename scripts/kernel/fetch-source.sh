#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# fetch-source.sh SERIES: unpack Debian's linux-source-SERIES into the cache; prints the tree's path.
set -eu
. "$(dirname "$0")/../lib.sh"

package=linux-source-$1
lock "$package"

version=$(apt-cache show --no-all-versions "$package" 2>/dev/null | sed -n 's/^Version: //p')
if [ -z "$version" ]; then
	[ -z "${APT_CONFIG:-}" ] || die "$package: not in these suites"
	# The ordinary way to have the lists brought up to date; the package itself is not installed.
	"$scripts/build/install-deps.sh" "$package" || die "$package: not in the configured suites"
	version=$(apt-cache show --no-all-versions "$package" | sed -n 's/^Version: //p')
fi

tree=$cache/source/$package-$version
if [ -d "$tree" ]; then
	echo "$tree"
	exit 0
fi

# Unpacks beside the final place and renames, so that a tree is either whole or not there.
unpack() {
	rm -rf "$tree.tmp" &&
		mkdir -p "$tree.tmp" &&
		dpkg-deb --fsys-tarfile "$1" | tar -xO "./usr/src/$package.tar.xz" | xz -dc |
		tar -x -C "$tree.tmp" --strip-components=1 &&
		test -f "$tree.tmp/Kconfig" &&
		mv "$tree.tmp" "$tree"
}

deb=$("$scripts/kernel/fetch-deb.sh" "$package" "$cache/download")
step "unpacking $package $version" "$own/unpack.log" unpack "$deb"
rm -f "$deb"
for old in "$cache/source/$package"-*; do
	[ "$old" = "$tree" ] || rm -rf "$old"
done
echo "$tree"
