#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# fetch-deb.sh PACKAGE DIR: download PACKAGE into DIR without installing it; prints the file's name.
# With APT_CONFIG set, takes it from the suites that this configuration names.
set -eu
. "$(dirname "$0")/../lib.sh"

package=$1
dir=$2

download() {
	cd "$dir" && apt-get download "$package"
}

mkdir -p "$dir"
rm -f "$dir/$package"_*.deb
step "downloading $package" "$own/apt-download.log" download || {
	# The lists are older than the archive.
	[ -z "${APT_CONFIG:-}" ] || exit 1
	update='apt-get -o DPkg::Lock::Timeout=600 update'
	[ "$(id -u)" -eq 0 ] || update="sudo $update"
	# shellcheck disable=SC2086 # a command line
	step 'updating the package lists (apt-get update)' "$own/apt-update.log" $update
	step "downloading $package" "$own/apt-download.log" download
}
ls "$dir/$package"_*.deb
