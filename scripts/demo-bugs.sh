#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# demo-bugs.sh: a driver full of classic mistakes (samples/bugs) on Debian's stock 6.12 kernel in
# QEMU: each mistake, and what is said about it. That goes to stdout, the progress to stderr.
set -eu
. "$(dirname "$0")/lib.sh"
usage 0 0 "$@"

began=$(now)
kernel=stock-6.12
choose_kernel "$kernel"

lock "demo-${own##*/}-$kernel"
modules=$own/modules-$kernel
run=$own/demo-bugs-$kernel
rm -rf "$run"
mkdir -p "$run"

step "building the modules for $kernel" "$run/build.log" \
	"$scripts/build/build-modules.sh" "$headers" "$modules"
"$scripts/boot/mkinitrd.sh" "$run/initrd" "$scripts/guest/guest-bugs.sh" "$modules/eresource.ko" \
	"$modules/samples/bugs/bugs.ko" "$top/samples/bugs/mistakes.c"
note "  booting $kernel in QEMU"

status=0
"$scripts/boot/run-qemu.sh" -l -t "${ERESOURCE_TIMEOUT:-300}" "$image" "$run/initrd" "$run" || status=1

# Each report has been announced; anything else, or one that did not come, is a failure.
if ! "$scripts/judge/check-console.sh" "$run/console.log" >"$run/noise"; then
	cat "$run/noise" >&2
	note 'FAILED: unexpected console output'
	status=1
fi

# Once more, with verifier=2: it has to end in a panic, by nothing but the mistake.
panic() {
	"$scripts/boot/mkinitrd.sh" "$run/panic.initrd" "$scripts/guest/guest-panic.sh" "$modules/eresource.ko" \
		"$modules/samples/bugs/bugs.ko"
	echo
	echo 'With verifier=2 a mistake stops the system, as it would stop Windows:'
	echo
	if "$scripts/boot/run-qemu.sh" -t "${ERESOURCE_TIMEOUT:-300}" "$image" "$run/panic.initrd" \
		"$run/panic" 2>"$run/panic.err"; then
		return 1
	fi
	sed 's/^/    /' "$run/panic/output"
	grep -q '^The right use is silent' "$run/panic/output" &&
		sed -n 's/^\[ *[0-9.]*\] \(Kernel panic - not syncing: eresource: 0xE3 .*\)/    | \1/p' \
			"$run/panic/console.log" | grep '.'
}

if [ "$status" -eq 0 ] && ! panic; then
	note "FAILED: no panic with verifier=2; the console is in $run/panic/console.log"
	status=1
fi
if [ "$status" -ne 0 ]; then
	note "FAILED; the console is in $run/console.log"
	exit 1
fi
note "  the kernel is well, both modules are out again; $(($(now) - began)) s in all"
