#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# build-kernel.sh NAME: a kernel from Debian's linux-source-6.12, or the series= that
# scripts/configs/NAME.list names, for its arch=, configured by the fragments that it names, over
# allnoconfig. Kept in the cache, ready for building modules against; prints the build directory,
# which has the image as vmlinuz. Exits with 77 if the archive does not serve that series.
set -eu
. "$(dirname "$0")/lib.sh"

name=$1
series=6.12
arch=x86
list=$scripts/configs/$name.list
[ -e "$list" ] || die "no such kernel: $name"

set --
# shellcheck disable=SC2013 # words are wanted, not lines
for word in $(sed 's/#.*//' "$list"); do
	case $word in
	series=*) series=${word#*=} ;;
	arch=*) arch=${word#*=} ;;
	*) set -- "$@" "$scripts/configs/$word.config" ;;
	esac
done

"$scripts/install-deps.sh" kernel
if [ "$series" != 6.12 ]; then
	APT_CONFIG=$("$scripts/backports-apt.sh" trixie-backports)
	export APT_CONFIG
	[ -n "$(apt-cache pkgnames "linux-source-$series")" ] || exit 77
fi
source=$("$scripts/fetch-source.sh" "$series")
unset APT_CONFIG
lock "kernel-$name"
build=$cache/kernel/$name-${source##*/linux-source-"$series"-}-gcc$(gcc -dumpfullversion)
key=$(cat "$list" "$@" "$0" | cksum)
log=$build.log

if [ "$(cat "$build/complete" 2>/dev/null)" = "$key" ]; then
	echo "$build"
	exit 0
fi

case $arch in
um) image=linux ;;
*) image=arch/x86/boot/bzImage ;;
esac

configure() {
	ARCH=$arch KCONFIG_CONFIG=$build/.config "$source/scripts/kconfig/merge_config.sh" \
		-n -O "$build" "$@"
}

# A symbol whose dependencies are not met vanishes without a word.
verify() {
	sed -n -e 's/^\(CONFIG_[A-Z0-9_]*\)=.*/&/p' -e 's/^# \(CONFIG_[A-Z0-9_]*\) is not set/\1/p' \
		"$@" | while read -r want; do
		case $want in
		*=*) grep -Fqx -e "$want" "$build/.config" || echo "$want" ;;
		*) ! grep -q "^$want=" "$build/.config" || echo "# $want is not set" ;;
		esac
	done
}

# An interrupted build is picked up where it stopped: make knows what is left.
mkdir -p "$build"
rm -f "$build/complete"
cd "$source"
step "configuring the $name kernel ($series)" "$log" configure "$@"
lost=$(verify "$@")
[ -z "$lost" ] || die "the final configuration lacks: $lost"
step "building the $name kernel ($series), a few minutes" "$log" \
	make -C "$source" O="$build" ARCH="$arch" -j"$(nproc)" "${image##*/}" modules
cp "$build/$image" "$build/vmlinuz"
echo "$key" >"$build/complete"

for old in "$cache/kernel/$name"-[0-9]*; do
	[ "$old" = "$build" ] || [ "$old" = "$build.log" ] || rm -rf "$old"
done
echo "$build"
