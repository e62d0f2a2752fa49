#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# demo.sh: the module at work on Debian's stock 6.12 kernel in QEMU. User processes drive a ported
# driver (samples/ramfile); what they tell goes to stdout, the progress of the rest to stderr.
set -eu
. "$(dirname "$0")/lib.sh"

began=$(now)
flavour=${STOCK:-6.12}
build_for "stock-$flavour"
"$scripts/install-deps.sh" modules qemu
stock=$("$scripts/fetch-stock.sh" "$flavour")
release=${stock##*/stock/}

lock "demo-${own##*/}-$release"
modules=$own/modules-stock-$release
run=$own/demo-$release
rm -rf "$run"
mkdir -p "$run"

step "building the modules for $release" "$run/build.log" \
	"$scripts/build-modules.sh" "$stock/headers" "$modules"
step 'building the demo program' "$run/program.log" "$scripts/build-programs.sh" "$run"
"$scripts/mkinitrd.sh" "$run/initrd" "$scripts/guest-demo.sh" "$modules/eresource.ko" \
	"$modules/samples/mydriver/mydriver.ko" "$modules/samples/ramfile/ramfile.ko" bin/ramfile-demo="$run/ramfile-demo"
note "  booting $release in QEMU"

status=0
"$scripts/run-qemu.sh" -l -t "${ERESOURCE_TIMEOUT:-300}" "$stock/vmlinuz" "$run/initrd" "$run" || status=1

if ! "$scripts/check-console.sh" "$run/console.log" >"$run/noise"; then
	cat "$run/noise" >&2
	note 'FAILED: unexpected console output'
	status=1
fi
if [ "$status" -ne 0 ]; then
	note "FAILED; the console is in $run/console.log"
	exit 1
fi
note "  both modules are out again, the kernel had no complaint; $(($(now) - began)) s in all"
