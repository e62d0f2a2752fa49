#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# check-deb.sh: builds the Debian packages of what is in the checkout, has lintian look at them, and what is
# in them built by DKMS and used by a driver, for one kernel, without installing them here (check-dkms.sh).
# Prints "N passed, N failed".
set -eu
. "$(dirname "$0")/lib.sh"
usage 0 0 "$@"

"$scripts/build/install-deps.sh" debhelper dh-dkms dpkg-dev git lintian rsync
lock "deb-${own##*/}"
run=$own/deb
rm -rf "$run"
mkdir -p "$run"
passed=0
failed=0

same_version() {
	packaged=$(dpkg-parsechangelog -l "$top/debian/changelog" -S Version)
	echo "Debian's changelog says $packaged, Kbuild $version"
	[ "$packaged" = "$version" ]
}

build() {
	git -C "$top" ls-files -co --exclude-standard -z >"$run/files"
	rsync -a --from0 --files-from="$run/files" "$top/" "$run/eresource-$version/" || return
	cd "$run/eresource-$version" && dpkg-buildpackage -us -uc
}

lintian_is_content() {
	lintian --allow-root --display-info --fail-on error,warning,info "$run/eresource_${version}_"*.changes
}

version=$(make -s -C "$top" print-version)
counted "one version in Debian's changelog and Kbuild" same_version
counted 'building the packages' build
counted 'lintian' lintian_is_content

if [ "$failed" -eq 0 ]; then
	# N passed, N failed
	counts=$(DEBS=$run KERNELS=6.12 "$scripts/check-dkms.sh") || [ -n "$counts" ] || counts='0 passed, 1 failed'
	passed=$((passed + ${counts%% *}))
	counts=${counts#*, }
	failed=$((failed + ${counts%% *}))
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
