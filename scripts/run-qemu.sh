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

mkdir -p "$dir"
rm -f "$dir/console.log" "$dir/output" "$dir/port"
echo 0 >"$dir/status"
token=$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')

# All that goes wrong for good ends in a panic, and a panic ends QEMU. The emulated clock is
# steady: the watchdog over it would only measure how busy the host is. insmod counts as hung while a
# KUnit case runs, so the limit is more than the longest case takes on a busy host.
# shellcheck disable=SC2086 # words are wanted
boot() {
	timeout --foreground -k 5 "$seconds" qemu-system-x86_64 "$@" \
		-nodefaults -no-user-config -no-reboot -monitor none -display none \
		-machine pc -smp "$cpus" -m "$memory" ${ERESOURCE_QEMU:-} \
		-kernel "$kernel" -initrd "$initrd" \
		-serial "file:$dir/console.log" \
		-chardev "stdio,id=output,signal=off,logfile=$dir/port" -serial chardev:output \
		-append "console=ttyS0 panic=-1 oops=panic sysctl.kernel.hung_task_panic=1 softlockup_panic=1 \
sysctl.kernel.hung_task_check_interval_secs=10 sysctl.kernel.hung_task_timeout_secs=120 \
nokaslr mitigations=off tsc=reliable no_timer_check ignore_loglevel \
eresource.token=$token $arguments ${ERESOURCE_ARGUMENTS:-}" </dev/null
}

# The pipe has no room for the status of its first half.
{
	boot "$@" 2>"$dir/qemu.err" || echo $? >"$dir/status"
} | if [ -n "$live" ]; then sed -u "/^$token /d"; else cat >/dev/null; fi

# The port's own log, not the pipe, is what counts.
touch "$dir/port" "$dir/console.log"
sed "/^$token /d" "$dir/port" >"$dir/output"
if grep -Fqx "$token success" "$dir/port"; then
	exit 0
fi
cat "$dir/qemu.err" >&2
verdict=$(sed -n "s/^$token //p" "$dir/port" | tail -n 1)
case ${verdict:-$(cat "$dir/status")} in
failed*) note "$verdict" ;;
124 | 137) note "the guest was still running after $seconds s and was ended" ;;
*) note 'the guest ended without a verdict' ;;
esac
exit 1
