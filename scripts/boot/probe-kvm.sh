#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# probe-kvm.sh KERNEL: prints kvm if KERNEL comes up under KVM here, else tcg. /dev/kvm may open and
# still not run a kernel (nested virtualisation), so only a boot tells. Asked once per boot of the
# host and kernel.
set -eu
. "$(dirname "$0")/../lib.sh"

kernel=$1
if ! [ -r /dev/kvm ] || ! [ -w /dev/kvm ]; then
	echo tcg
	exit 0
fi

lock kvm
host=$cache/kvm/$(cat /proc/sys/kernel/random/boot_id)
works=$host-works-$(cksum <"$kernel" | cut -d ' ' -f 1)
mkdir -p "$cache/kvm"

# A host that failed one kernel is not asked again until it has booted.
if [ ! -e "$works" ] && [ ! -e "$host-fails" ]; then
	rm -rf "$own/kvm"
	mkdir -p "$own/kvm"
	printf '#!/bin/sh\n' >"$own/kvm/run.sh"
	"$scripts/boot/mkinitrd.sh" "$own/kvm/initrd" "$own/kvm/run.sh"
	note '  trying whether KVM works here (15 s at most)'
	if ERESOURCE_ACCEL=kvm "$scripts/boot/run-qemu.sh" -t 15 "$kernel" "$own/kvm/initrd" \
		"$own/kvm" >"$own/kvm/log" 2>&1; then
		touch "$works"
	else
		note '  KVM does not run this kernel: using emulation'
		touch "$host-fails"
	fi
fi
if [ -e "$works" ] && [ ! -e "$host-fails" ]; then
	echo kvm
else
	echo tcg
fi
