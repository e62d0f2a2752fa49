# SPDX-License-Identifier: GPL-2.0-only
# Sourced by the scripts beside it and in the rooms below: where things are kept, how to speak, how to wait.
# shellcheck shell=sh disable=SC2034

# Messages of tools are searched and sorted: always the same ones.
LC_ALL=C
export LC_ALL

# Of a script here, or in one of the rooms.
top=$(cd "$(dirname "$0")/.." && { [ -e Kbuild ] || cd ..; } && pwd)
scripts=$top/scripts
cache=${ERESOURCE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/eresource}

# Build products of this checkout; another checkout that shares the cache has its own.
own=$cache/checkouts/$(printf '%s' "$top" | cksum | cut -d ' ' -f 1)

mkdir -p "$cache" "$own"

# stdout carries results (paths, verdicts); everything said to people goes to stderr.
note() {
	printf '%s\n' "$*" >&2
}

die() {
	note "$(basename "$0"): $*"
	exit 1
}

# What the head of this script says.
about() {
	sed -n -e '/^#!/d' -e '/^# SPDX-/d' -e '/^#/!q' -e 's/^# \{0,1\}//p' "$0"
}

# usage LEAST MOST "$@": so many arguments and no options: ends the script, with its head, for --help and
# for what it does not know.
usage() {
	usage_least=$1
	usage_most=$2
	shift 2
	usage_unknown=
	for usage_word; do
		case $usage_word in
		-h | --help)
			about
			exit 0
			;;
		-*) usage_unknown="$usage_unknown $usage_word" ;;
		esac
	done
	if [ -n "$usage_unknown" ] || [ $# -lt "$usage_least" ] || [ $# -gt "$usage_most" ]; then
		note "$(basename "$0"): not understood: ${usage_unknown:-${*:-no argument}}"
		about >&2
		exit 2
	fi
}

# arch_of NAME: what the kernel's Makefile calls the architecture of a kernel (see kernel.sh).
arch_of() {
	case $1 in
	stock-*-arm64) echo arm64 ;;
	stock-*-s390x) echo s390 ;;
	stock-*) echo x86 ;;
	*) sed -n 's/^[^#]*arch=\([a-z0-9]*\).*/\1/p' "$scripts/configs/$1.list" | grep . || echo x86 ;;
	esac
}

# build_for NAME: from here on what is installed, built and booted is for the machine of that kernel, and
# by its compiler, as the variables say that its Makefile reads; $run_guest is the script that boots it.
build_for() {
	ARCH=$(arch_of "$1")
	case $ARCH in
	arm64) CROSS_COMPILE=aarch64-linux-gnu- ;;
	s390) CROSS_COMPILE=s390x-linux-gnu- ;;
	*) CROSS_COMPILE= ;;
	esac
	run_guest=$scripts/boot/run-qemu.sh
	[ "$ARCH" != um ] || run_guest=$scripts/boot/run-uml.sh
	unset LLVM
	export ARCH CROSS_COMPILE
	! grep -q '^[^#]*compiler=clang' "$scripts/configs/$1.list" 2>/dev/null || export LLVM=1
}

# choose_kernel NAME: build_for NAME, whose image is $image and what modules are built against $headers
# from here on. Ends the script with 77 if it is not served, see kernel.sh.
choose_kernel() {
	build_for "$1"
	image=$("$scripts/kernel/kernel.sh" "$1")
	headers=${image#* }
	image=${image% *}
}

# The same machine in the words of Debian.
debian_arch() {
	case ${ARCH:-x86} in
	arm64) echo arm64 ;;
	s390) echo s390x ;;
	*) dpkg --print-architecture ;;
	esac
}

# Waits for whoever works on the same part of the cache; held until this shell ends.
lock() {
	exec 9>"$cache/.lock-$1"
	flock -n 9 || {
		note "waiting for another run that is using $1"
		flock 9
	}
}

now() {
	date +%s
}

# Says every now and then that a step is still going; ends by itself if the script is killed.
tick() {
	tick_last=$2
	while sleep 1 && kill -0 $$ 2>/dev/null; do
		tick_now=$(now)
		if [ -t 2 ]; then
			printf '\r  %s ... %d s ' "$1" $((tick_now - $2)) >&2
		elif [ $((tick_now - tick_last)) -ge 20 ]; then
			note "  $1 ... $((tick_now - $2)) s so far"
			tick_last=$tick_now
		fi
	done
}

# A log without the lines by which make tells what it does: "  CC [M]  shim/main.o".
complaints() {
	grep -vE '^  [A-Z]+ |^make(\[[0-9]+\])?: (Entering|Leaving) ' "$1" || :
}

# step WHAT LOG COMMAND...: run COMMAND with its output in LOG, telling how long it has been at it.
step() {
	step_what=$1
	step_log=$2
	shift 2
	step_began=$(now)
	if [ -t 2 ]; then
		printf '  %s ... ' "$step_what" >&2
	fi
	tick "$step_what" "$step_began" 9>&- &
	step_ticker=$!
	step_rc=0
	"$@" >"$step_log" 2>&1 </dev/null || step_rc=$?
	kill "$step_ticker" 2>/dev/null || :
	wait "$step_ticker" 2>/dev/null || :
	if [ -t 2 ]; then
		printf '\r\033[K' >&2
	fi
	if [ "$step_rc" -ne 0 ]; then
		note "  $step_what: FAILED after $(($(now) - step_began)) s; the end of $step_log:"
		complaints "$step_log" | tail -n 30 | sed 's/^/    /' >&2
		return "$step_rc"
	fi
	note "  $step_what: $(($(now) - step_began)) s"
}

# counted WHAT COMMAND...: a step, with its output in $run/log, that $passed or $failed of the script counts.
# shellcheck disable=SC2154
counted() {
	counted_what=$1
	shift
	if step "$counted_what" "$run/log" "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
	fi
}
