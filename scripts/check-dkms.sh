#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# check-dkms.sh: what DKMS makes of the modules, for Debian's 6.1 and 6.12 kernels, in a tree of its own: the
# machine's modules and DKMS's own tree stay as they are. Installed, a driver is built against each with the
# headers' snippet, which fails where nothing is installed; and removed. The same of what "make install" leaves,
# for one of the kernels. Prints "N passed, N failed".
#
#	KERNELS='6.1 ...'  only these (see fetch-stock.sh)
#	DEBS=DIR           what the packages in DIR install, not what make does
set -eu
. "$(dirname "$0")/lib.sh"
usage 0 0 "$@"

"$scripts/build/install-deps.sh" modules dkms kmod
lock "dkms-${own##*/}"
run=$own/dkms
root=$run/root
rm -rf "$run"
mkdir -p "$run" "$root/var/lib/dkms" "$root/lib/modules"
passed=0
failed=0

# To install and to remove it wants root; nothing of root's is touched.
in_tree() {
	set -- env dkms "$@" --dkmstree "$root/var/lib/dkms" --sourcetree "$root/usr/src" \
		--installtree "$root/lib/modules" --no-depmod
	[ "$(id -u)" -eq 0 ] || set -- sudo "$@"
	"$@"
}

install_files() {
	if [ -z "${DEBS:-}" ]; then
		make -C "$top" DESTDIR="$root" source_install headers_install
		return
	fi
	for package in "$DEBS"/*.deb; do
		dpkg-deb -x "$package" "$root" || return
	done
}

# dkms_install RELEASE: DKMS goes on where the modules' Makefile can not clean up.
dkms_install() {
	mkdir -p "$root/lib/modules/$1"
	in_tree install "eresource/$version" -k "$1" >"$run/said" 2>&1 || {
		cat "$run/said"
		return 1
	}
	cat "$run/said"
	! grep 'bad exit status' "$run/said"
}

# installed RELEASE: both modules, for that kernel, of this version, and what drivers need
installed() {
	for module in eresource wdmsync; do
		ko=$(find "$root/lib/modules/$1/updates/dkms" -name "$module.ko*")
		modinfo -F vermagic "$ko" | grep "^$1 " && modinfo -F version "$ko" | grep -Fx "$version" || return 1
	done
	in_tree status -m eresource -v "$version" -k "$1" | grep -F ': installed' &&
		grep -P '\tExAcquireResourceExclusiveLite\t' "$root/var/lib/dkms/eresource/$version/$1"/*/kept/Module.symvers
}

# driver RELEASE ROOT: the README's, as somebody has it who has only installed what is in ROOT
driver() {
	rm -rf "$run/driver" && mkdir "$run/driver" && cp "$top"/samples/mydriver/*.c "$run/driver" || return
	printf 'obj-m := mydriver.o\ninclude %s/usr/include/eresource/eresource.mk\n' "$2" >"$run/driver/Kbuild"
	make -C "/usr/src/linux-headers-$1" M="$run/driver" modules || return
	modinfo -F depends "$run/driver/mydriver.ko" | grep -w eresource
}

no_driver() {
	! driver "$1" "$root" >"$run/no-driver" 2>&1 && grep "eresource $version is not installed for Linux $1" "$run/no-driver"
}

removed() {
	in_tree remove "eresource/$version" --all || return
	[ -z "$(find "$root/var/lib/dkms" "$root/lib/modules" -name '*.ko*' -o -name Module.symvers)" ]
}

# make_install RELEASE: in a copy of the checkout
make_install() {
	"$scripts/build/sync-source.sh" "$run/copy" && cp "$top/Makefile" "$run/copy" || return
	make -C "$run/copy" -j"$(nproc)" KDIR="/usr/src/linux-headers-$1" DESTDIR="$run/made" install || return
	[ "$(find "$run/made" -name '*.ko*' | wc -l)" -eq 2 ]
}

version=$(make -s -C "$top" print-version)
releases=
for kernel in ${KERNELS:-6.1 6.12}; do
	stock=$("$scripts/kernel/fetch-stock.sh" -h "$kernel")
	release=$(readlink "$stock/headers")
	releases="$releases ${release#/usr/src/linux-headers-}"
done

counted 'installing sources and headers' install_files
counted 'adding them to DKMS' in_tree add "eresource/$version"
for release in $releases; do
	counted "$release: no driver without the modules" no_driver "$release"
	counted "$release: dkms install" dkms_install "$release"
	counted "$release: what is installed" installed "$release"
	counted "$release: a driver by the headers' snippet" driver "$release" "$root"
done
counted 'removing all' removed
for release in $releases; do
	counted "$release: no driver after that" no_driver "$release"
done
if [ -z "${DEBS:-}" ]; then
	counted "$release: make install" make_install "$release"
	counted "$release: a driver by that" driver "$release" "$run/made"
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
