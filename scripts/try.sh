#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# try.sh: a driver of one's own in a guest: builds a copy of DRIVER against the module, boots, inserts
# both, runs DRIVER/try.sh there if there is one, and prints what the kernel said and locks_all.
#
#	DRIVER=DIR    has a Kbuild, or a Makefile, that builds one module; see try-new.sh
#	KERNEL=NAME   stock-6.12 (the default), debug (with lockdep and KASAN), or another (see kernel.sh)
#	TRY_SHELL=yes a shell in the guest, after try.sh (make try SHELL=yes)
set -eu
. "$(dirname "$0")/lib.sh"
usage 0 0 "$@"

driver=${DRIVER:-}
kernel=${KERNEL:-stock-6.12}
[ "$kernel" != stock ] || kernel=stock-6.12
[ -n "$driver" ] || die 'which driver? DRIVER=DIR; "make try-new DRIVER=DIR" makes one to begin with'
[ -e "$driver/Kbuild" ] || [ -e "$driver/Makefile" ] || die "$driver has neither a Kbuild nor a Makefile"

choose_kernel "$kernel"

lock "try-${own##*/}"
modules=$own/modules-$kernel
run=$own/try
mkdir -p "$run"

step "building the modules for $kernel" "$run/modules.log" \
	env MODULES='eresource.ko wdmsync.ko' DRIVERS= "$scripts/build/build-modules.sh" "$headers" "$modules"

# A copy, so that nothing of this kernel is left in the driver's directory.
rsync -rlp --delete --exclude='*.o' --exclude='*.ko' --exclude='.*.cmd' "$driver/" "$run/driver/"
step "building $driver" "$run/driver.log" \
	make -C "$headers" M="$run/driver" ERESOURCE="$modules" \
	KBUILD_EXTRA_SYMBOLS="$modules/Module.symvers" -j"$(nproc)" modules
module=$(find "$run/driver" -name '*.ko')
[ "$(printf '%s\n' "$module" | grep -c .)" -eq 1 ] || die "$driver builds no module, or several: $module"
name=${module##*/}
name=${name%.ko}

# In the order of insertion: the driver may do without the second.
inserted="eresource $name"
! tr '\0' '\n' <"$module" | grep -q '^depends=.*wdmsync' || inserted="eresource wdmsync $name"
echo "${TRY_SHELL:-no} $inserted" >"$run/try"
set -- try="$run/try" "$modules/eresource.ko" "$modules/wdmsync.ko" "$module"
[ ! -e "$driver/try.sh" ] || set -- "$@" "$driver/try.sh"
"$scripts/boot/mkinitrd.sh" "$run/initrd" "$scripts/guest/guest-try.sh" "$@"

note "  booting $kernel in QEMU"
input=
seconds=300
[ "${TRY_SHELL:-no}" != yes ] || {
	input=-i
	seconds=86400
}
"$scripts/boot/run-qemu.sh" -l $input -t "${ERESOURCE_TIMEOUT:-$seconds}" "$image" "$run/initrd" "$run" || {
	grep -q '^init: /run.sh exited' "$run/console.log" || tail -n 60 "$run/console.log" >&2
	note "FAILED; the console is in $run/console.log"
	exit 1
}
