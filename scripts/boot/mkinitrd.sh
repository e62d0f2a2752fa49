#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# mkinitrd.sh OUTPUT RUN [FILE | PATH=FILE]...: an initramfs of busybox, init.sh as /init, RUN as
# /run.sh, guest-lib.sh, and the given files: FILE in /, or as PATH.
set -eu
. "$(dirname "$0")/../lib.sh"

output=$1
run=$2
shift 2

root=$output.root
rm -rf "$root" "$output"
mkdir -p "$root/bin" "$root/dev" "$root/proc" "$root/sys" "$root/tmp"
case ${ARCH:-x86} in
arm64 | s390) busybox=$("$scripts/boot/fetch-busybox.sh") ;;
*) busybox=/bin/busybox ;;
esac
cp "$busybox" "$root/bin/busybox"
for applet in $(/bin/busybox --list); do
	[ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
done
install -m 755 "$scripts/guest/init.sh" "$root/init"
install -m 755 "$run" "$root/run.sh"
install -m 644 "$scripts/guest/guest-lib.sh" "$root/"
for file; do
	to=${file%%=*}
	[ "$to" != "$file" ] || to=${file##*/}
	install -D -m 755 "${file#*=}" "$root/$to"
done

(cd "$root" && find . | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0) | gzip -1 >"$output.tmp"
mv "$output.tmp" "$output"
rm -rf "$root"
