#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# run-uml.sh [-c CPUS] [-m MEGABYTES] [-t SECONDS] [-a KERNEL_ARGUMENTS] KERNEL INITRD DIR
#
# As run-qemu.sh, for KERNEL a user-mode Linux. Its user processes are kept by seccomp.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$scripts/boot/run-lib.sh"

cpus=${ERESOURCE_CPUS:-2}
memory=1024
seconds=600
arguments=
while getopts c:m:t:a: option; do
	case $option in
	c) cpus=$OPTARG ;;
	m) memory=$OPTARG ;;
	t) seconds=$OPTARG ;;
	a) arguments=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
kernel=$1
initrd=$2
dir=$3

guest_begin "$dir"

# The console is stdout, the second serial line descriptor 3. In a process group of its own, so that
# its processes end with it. Among the arguments are patterns, for the kernel.
set -f
# shellcheck disable=SC2086 # several arguments
timeout -k 5 "$seconds" "$kernel" mem="${memory}M" ncpus="$cpus" seccomp=on \
	initrd="$initrd" uml_dir="$dir" noreboot console=tty0 con=null con0=null,fd:1 \
	ssl=null ssl1=null,fd:3 $guest_arguments eresource.token="$token" \
	$arguments ${ERESOURCE_ARGUMENTS:-} </dev/null >"$dir/console.log" 2>"$dir/errors" 3>"$dir/port" ||
	echo $? >"$dir/status"

guest_judge "$dir" "$seconds"
