#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# demo-bugs.sh: a driver full of classic mistakes (samples/bugs) on Debian's stock 6.12 kernel in
# QEMU: each mistake, and what is said about it. That goes to stdout, the progress to stderr.
set -eu
. "$(dirname "$0")/lib.sh"

began=$(now)
"$scripts/install-deps.sh" modules qemu
stock=$("$scripts/fetch-stock.sh" "${STOCK:-6.12}")
release=${stock##*/stock/}

lock "demo-${own##*/}-$release"
modules=$own/modules-stock-$release
run=$own/demo-bugs-$release
rm -rf "$run"
mkdir -p "$run"

step "building the modules for $release" "$run/build.log" \
	"$scripts/build-modules.sh" "$stock/headers" "$modules"
"$scripts/mkinitrd.sh" "$run/initrd" "$scripts/guest-bugs.sh" "$modules/eresource.ko" \
	"$modules/samples/bugs/bugs.ko" "$top/samples/bugs/mistakes.c"
note "  booting $release in QEMU"

status=0
"$scripts/run-qemu.sh" -l -t "${ERESOURCE_TIMEOUT:-300}" "$stock/vmlinuz" "$run/initrd" "$run" || status=1

# Each report has been announced; anything else, or one that did not come, is a failure.
if ! "$scripts/check-console.sh" "$run/console.log" >"$run/noise"; then
	cat "$run/noise" >&2
	note 'FAILED: unexpected console output'
	status=1
fi
if [ "$status" -ne 0 ]; then
	note "FAILED; the console is in $run/console.log"
	exit 1
fi
note "  the kernel is well, both modules are out again; $(($(now) - began)) s in all"
