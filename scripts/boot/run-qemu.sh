#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# run-qemu.sh [-c CPUS] [-m MEGABYTES] [-t SECONDS] [-a KERNEL_ARGUMENTS] [-l] [-i] KERNEL INITRD DIR
#
# Boots KERNEL with INITRD (see mkinitrd.sh) and waits until the guest powers off. Afterwards
# DIR/console.log has the console and DIR/output what /run.sh printed, which -l also copies to
# stdout as it comes; with -i stdin goes there. Fails unless /run.sh succeeded: a panic, a hang, or
# silence is a failure.
# ERESOURCE_ARGUMENTS has further arguments for the kernel, ERESOURCE_QEMU for QEMU.
# KVM is used where it boots KERNEL (ERESOURCE_ACCEL=kvm or tcg overrides that). The machine is the
# one that ARCH names (see lib.sh).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$scripts/boot/run-lib.sh"

cpus=${ERESOURCE_CPUS:-2}
memory=1024
seconds=600
arguments=
live=
stdin=/dev/null
while getopts c:m:t:a:li option; do
	case $option in
	c) cpus=$OPTARG ;;
	m) memory=$OPTARG ;;
	t) seconds=$OPTARG ;;
	a) arguments=$OPTARG ;;
	l) live=yes ;;
	i) stdin=/dev/stdin ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
kernel=$1
initrd=$2
dir=$3

# The emulator with its machine, a processor for it, the port with the output, the kernel's names of
# both ports, and what else it is told.
case ${ARCH:-x86} in
arm64)
	emulator='qemu-system-aarch64 -machine virt,gic-version=3'
	processor=cortex-a76
	port='-device virtio-serial -device virtconsole,chardev=output'
	ports='console=ttyAMA0 eresource.port=hvc0'
	accel=tcg
	;;
s390)
	emulator='qemu-system-s390x -machine s390-ccw-virtio'
	processor=max
	port='-device virtio-serial -device virtconsole,chardev=output'
	ports='console=ttysclp0 eresource.port=hvc0'
	accel=tcg
	;;
*)
	emulator='qemu-system-x86_64 -machine pc'
	processor=max
	port='-serial chardev:output'
	ports='console=ttyS0 tsc=reliable no_timer_check'
	accel=${ERESOURCE_ACCEL:-$("$scripts/boot/probe-kvm.sh" "$kernel")}
	;;
esac
case $accel in
kvm) set -- -accel kvm -cpu host ;;
tcg) set -- -accel tcg,thread=multi -cpu "$processor" ;;
*) die "no such accelerator: $accel" ;;
esac

guest_begin "$dir"

# The kernel unpacks one after the other.
if [ -e "${kernel%/*}/drivers.initrd" ]; then
	cat "$initrd" "${kernel%/*}/drivers.initrd" >"$dir/initrd.whole"
	initrd=$dir/initrd.whole
fi

# shellcheck disable=SC2086 # words are wanted
boot() {
	timeout --foreground -k 5 "$seconds" $emulator "$@" \
		-nodefaults -no-user-config -no-reboot -monitor none -display none \
		-smp "$cpus" -m "$memory" ${ERESOURCE_QEMU:-} \
		-kernel "$kernel" -initrd "$initrd" \
		-serial "file:$dir/console.log" \
		-chardev "stdio,id=output,signal=off,logfile=$dir/port" $port \
		-append "$ports $guest_arguments nokaslr mitigations=off \
eresource.token=$token $arguments ${ERESOURCE_ARGUMENTS:-}" <"$stdin"
}

# The pipe has no room for the status of its first half.
run() {
	{
		boot "$@" 2>"$dir/errors" || echo $? >"$dir/status"
	} | case $live$stdin in
	# A prompt is no whole line.
	*/dev/stdin) cat ;;
	yes*) sed -u "/^$token /d" ;;
	*) cat >/dev/null ;;
	esac
}

# A kernel that patches its code while another CPU runs it may die under emulation, once in a hundred
# boots. Before init there is nothing of ours: such a boot is tried again, and its console kept.
tries=3
while
	run "$@"
	[ "$accel" = tcg ] && [ "$tries" -gt 1 ] &&
		grep -q -e 'Oops: ' -e 'Kernel panic' "$dir/console.log" && ! grep -q '^init: ' "$dir/console.log"
do
	note 'the kernel died before init: once more'
	mv "$dir/console.log" "$dir/console.died-$tries"
	tries=$((tries - 1))
	guest_begin "$dir"
done

guest_judge "$dir" "$seconds"
