#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# demo.sh: the module at work on Debian's stock 6.12 kernel, or the one that KERNEL names (see
# kernel.sh), in QEMU. User processes drive two ported drivers (samples/ramfile, samples/ramdisk); what
# they tell goes to stdout, the progress of the rest to stderr.
set -eu
. "$(dirname "$0")/lib.sh"
usage 0 0 "$@"

began=$(now)
kernel=${KERNEL:-stock-6.12}
choose_kernel "$kernel"

lock "demo-${own##*/}-$kernel"
modules=$own/modules-$kernel
run=$own/demo-$kernel
rm -rf "$run"
mkdir -p "$run"

step "building the modules for $kernel" "$run/build.log" \
	"$scripts/build/build-modules.sh" "$headers" "$modules"
step 'building the demo programs' "$run/program.log" "$scripts/build/build-programs.sh" "$run"
"$scripts/boot/mkinitrd.sh" "$run/initrd" "$scripts/guest/guest-demo.sh" "$modules/eresource.ko" "$modules/wdmsync.ko" \
	"$modules/samples/mydriver/mydriver.ko" "$modules/samples/ramfile/ramfile.ko" bin/ramfile-demo="$run/ramfile-demo" \
	"$modules/samples/ramdisk/ramdisk.ko" bin/ramdisk-demo="$run/ramdisk-demo"
note "  booting $kernel in QEMU"

status=0
"$scripts/boot/run-qemu.sh" -l -t "${ERESOURCE_TIMEOUT:-300}" "$image" "$run/initrd" "$run" || status=1

if ! "$scripts/judge/check-console.sh" "$run/console.log" >"$run/noise"; then
	cat "$run/noise" >&2
	note 'FAILED: unexpected console output'
	status=1
fi
if [ "$status" -ne 0 ]; then
	note "FAILED; the console is in $run/console.log"
	exit 1
fi
note "  all modules are out again, the kernel had no complaint; $(($(now) - began)) s in all"
