#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# install-deps.sh PACKAGE|GROUP...: install the Debian packages that are missing, and only those. Exits
# with 77 if the archive does not serve one of them.
set -eu
. "$(dirname "$0")/../lib.sh"

# What building and booting take for the machine that ARCH names (see lib.sh).
case ${ARCH:-x86} in
arm64)
	cross='gcc-aarch64-linux-gnu libc6-dev-arm64-cross'
	emulator=qemu-system-arm
	;;
s390)
	cross='gcc-s390x-linux-gnu libc6-dev-s390x-cross'
	emulator=qemu-system-misc
	;;
um)
	cross=
	emulator=
	;;
*)
	cross=
	emulator=qemu-system-x86
	;;
esac
[ -z "${LLVM:-}" ] || cross="$cross clang lld llvm"

# One group for each thing that a person may want to do; a name that is no group is a package.
expand() {
	for name; do
		case $name in
		modules) echo "gcc libc6-dev make rsync $cross" ;;
		kernel) echo "bc bison flex gcc libc6-dev libelf-dev make perl-base xz-utils $cross" ;;
		qemu) echo "busybox-static cpio $emulator" ;;
		kunit) echo binutils python3 ;;
		plot) echo gnuplot-nox ;;
		docs) echo perl python3-sphinx ;;
		static) echo coccinelle codespell git mingw-w64-common perl libpython3-dev python3 reuse shellcheck shfmt sparse ;;
		*) echo "$name" ;;
		esac
	done
}

installed() {
	test "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		env DEBIAN_FRONTEND=noninteractive "$@"
	else
		sudo env DEBIAN_FRONTEND=noninteractive "$@"
	fi
}

update() {
	step 'updating the package lists (apt-get update)' "$own/apt-update.log" \
		as_root apt-get -o DPkg::Lock::Timeout=600 update
}

known() {
	for package; do
		apt-cache show --no-all-versions "$package" >/dev/null 2>&1 || return 1
	done
}

install() {
	step "installing $*" "$own/apt-install.log" as_root apt-get install -y \
		--no-install-recommends -o DPkg::Lock::Timeout=600 "$@"
}

missing=
for package in $(expand "$@" | tr ' ' '\n' | sed '/^$/d' | sort -u); do
	installed "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

# A prompt for the password would be lost among the progress lines.
[ "$(id -u)" -eq 0 ] || sudo -v

# shellcheck disable=SC2086 # a list of names
set -- $missing
known "$@" || update
known "$@" || {
	note "not served: one of $*"
	exit 77
}
# Old lists name files that the archive no longer has: look again before giving up.
install "$@" || {
	update
	install "$@"
}
