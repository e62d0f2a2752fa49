#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# run-qemu.sh [-c CPUS] [-m MEGABYTES] [-t SECONDS] [-a KERNEL_ARGUMENTS] [-l] KERNEL INITRD DIR
#
# Boots KERNEL with INITRD (see mkinitrd.sh) and waits until the guest powers off. Afterwards
# DIR/console.log has the console and DIR/output what /run.sh printed, which -l also copies to
# stdout as it comes. Fails unless /run.sh succeeded: a panic, a hang, or silence is a failure.
# ERESOURCE_ARGUMENTS has further arguments for the kernel, ERESOURCE_QEMU for QEMU.
# KVM is used where it boots KERNEL (ERESOURCE_ACCEL=kvm or tcg overrides that).
set -eu
. "$(dirname "$0")/lib.sh"
. "$scripts/run-lib.sh"

cpus=${ERESOURCE_CPUS:-2}
memory=1024
seconds=600
arguments=
live=
while getopts c:m:t:a:l option; do
	case $option in
	c) cpus=$OPTARG ;;
	m) memory=$OPTARG ;;
	t) seconds=$OPTARG ;;
	a) arguments=$OPTARG ;;
	l) live=yes ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
kernel=$1
initrd=$2
dir=$3

accel=${ERESOURCE_ACCEL:-$("$scripts/probe-kvm.sh" "$kernel")}
case $accel in
kvm) set -- -accel kvm -cpu host ;;
tcg) set -- -accel tcg,thread=multi -cpu max ;;
*) die "no such accelerator: $accel" ;;
esac

guest_begin "$dir"

# shellcheck disable=SC2086 # words are wanted
boot() {
	timeout --foreground -k 5 "$seconds" qemu-system-x86_64 "$@" \
		-nodefaults -no-user-config -no-reboot -monitor none -display none \
		-machine pc -smp "$cpus" -m "$memory" ${ERESOURCE_QEMU:-} \
		-kernel "$kernel" -initrd "$initrd" \
		-serial "file:$dir/console.log" \
		-chardev "stdio,id=output,signal=off,logfile=$dir/port" -serial chardev:output \
		-append "console=ttyS0 $guest_arguments nokaslr mitigations=off tsc=reliable no_timer_check \
eresource.token=$token $arguments ${ERESOURCE_ARGUMENTS:-}" </dev/null
}

# The pipe has no room for the status of its first half.
run() {
	{
		boot "$@" 2>"$dir/errors" || echo $? >"$dir/status"
	} | if [ -n "$live" ]; then sed -u "/^$token /d"; else cat >/dev/null; fi
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
