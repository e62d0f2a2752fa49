#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# build-kernel.sh [-p] NAME: a kernel from Debian's linux-source-6.12, or the series= that
# scripts/configs/NAME.list names, for its arch=, by its compiler=, configured by the fragments that it
# names, over allnoconfig. Kept in the cache, ready for building modules against; prints the build
# directory, which has the image as vmlinuz. With -p only as far as compiling modules needs it. Exits
# with 77 if the archive does not serve that series, or what builds it.
set -eu
. "$(dirname "$0")/../lib.sh"

goal=
[ "$1" != -p ] || {
	goal=modules_prepare
	shift
}
name=$1
series=6.12
list=$scripts/configs/$name.list
[ -e "$list" ] || die "no such kernel: $name"
build_for "$name"

set --
# shellcheck disable=SC2013 # words are wanted, not lines
for word in $(sed 's/#.*//' "$list"); do
	case $word in
	series=*) series=${word#*=} ;;
	arch=* | compiler=*) ;;
	*) set -- "$@" "$scripts/configs/$word.config" ;;
	esac
done

"$scripts/build/install-deps.sh" kernel
if [ "$series" != 6.12 ]; then
	APT_CONFIG=$("$scripts/kernel/other-apt.sh" trixie-backports)
	export APT_CONFIG
	[ -n "$(apt-cache pkgnames "linux-source-$series")" ] || exit 77
fi
source=$("$scripts/kernel/fetch-source.sh" "$series")
unset APT_CONFIG
lock "kernel-$name"

compiler() {
	if [ -n "${LLVM:-}" ]; then
		echo "clang$(clang -dumpversion)"
	else
		echo "gcc$("${CROSS_COMPILE}gcc" -dumpfullversion)"
	fi
}
build=$cache/kernel/$name-${source##*/linux-source-"$series"-}-$(compiler)
key=$(cat "$list" "$@" "$0" | cksum)
log=$build.log

if [ "$(cat "$build/complete" 2>/dev/null)" = "$key" ] ||
	{ [ -n "$goal" ] && [ "$(cat "$build/prepared" 2>/dev/null)" = "$key" ]; }; then
	echo "$build"
	exit 0
fi

case $ARCH in
arm64) image=arch/arm64/boot/Image ;;
um) image=linux ;;
*) image=arch/x86/boot/bzImage ;;
esac

configure() {
	KCONFIG_CONFIG=$build/.config "$source/scripts/kconfig/merge_config.sh" \
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
rm -f "$build/complete" "$build/prepared"
cd "$source"
step "configuring the $name kernel ($series)" "$log" configure "$@"
lost=$(verify "$@")
[ -z "$lost" ] || die "the final configuration lacks: $lost"
if [ -n "$goal" ]; then
	step "preparing the $name kernel ($series)" "$log" make -C "$source" O="$build" -j"$(nproc)" "$goal"
	echo "$key" >"$build/prepared"
	echo "$build"
	exit 0
fi
step "building the $name kernel ($series), a few minutes" "$log" \
	make -C "$source" O="$build" -j"$(nproc)" "${image##*/}" modules
cp "$build/$image" "$build/vmlinuz"
echo "$key" >"$build/complete"

for old in "$cache/kernel/$name"-[0-9]*; do
	[ "$old" = "$build" ] || [ "$old" = "$build.log" ] || rm -rf "$old"
done
echo "$build"
