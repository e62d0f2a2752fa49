#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# check-all.sh: on each kernel what it can run: KUnit where it has that, the demo on Debian's own
# images, torture with the oracle everywhere. Prints a table, and as the last line
# "N passed, N failed[, N skipped]", counting kernels.
#
#	KERNELS='NAME ...'  only these (scripts/configs/*.list, stock-6.1, stock-6.12, stock-6.12-rt,
#	                    stock-6.12-arm64, stock-6.1-s390x; in-tree: see check-in-tree.sh)
#	LENGTH, STEPS, SEED as for torture.sh
set -eu
. "$(dirname "$0")/lib.sh"
usage 0 0 "$@"

all='debug kcsan kmemleak up rt latest clang um stock-6.12 stock-6.1 stock-6.12-rt
arm64 stock-6.12-arm64 stock-6.1-s390x in-tree'
kernels=${KERNELS:-$all}
export LENGTH="${LENGTH:-5}" STEPS="${STEPS:-20000}"

run=$own/check-all
mkdir -p "$run"
table=$run/table
passed=0
failed=0
skipped=0

# What the kernel is like, in the words of its list.
config_of() {
	case $1 in
	in-tree) echo 'built in, by kunit.py: user-mode Linux, x86-64' ;;
	stock-*-*64 | stock-*-s390x) echo "Debian's image for ${1##*-}" ;;
	stock-*) echo "Debian's image" ;;
	*) sed -n '2s/^# //p' "$scripts/configs/$1.list" ;;
	esac
}

# KUnit, or where there is none, the demo as one case: leaves "N passed, N failed ..." in cases. What
# another compiler has made does both.
cases_on() {
	case $1 in
	stock-*) KERNEL=$1 "$scripts/demo.sh" && echo '1 passed, 0 failed' ;;
	clang) KERNEL=$1 "$scripts/demo.sh" && KERNEL=$1 "$scripts/check-kunit.sh" ;;
	*) KERNEL=$1 "$scripts/check-kunit.sh" ;;
	esac
}

# What is built in is no module, which torture wants.
in_tree() {
	began=$(now)
	note "in-tree: $(config_of in-tree)"
	verdict=SUCCESS
	if "$scripts/check-in-tree.sh" >"$run/in-tree.log"; then
		passed=$((passed + 1))
	else
		verdict=FAILURE
		failed=$((failed + 1))
	fi
	cat "$run/in-tree.log" >&2
	echo "in-tree|$(config_of in-tree)|$(tail -n 1 "$run/in-tree.log")|-|$(($(now) - began)) s|$verdict" >>"$table"
}

# kernel NAME
kernel() {
	began=$(now)
	log=$run/$1.log
	steps=-
	status=0
	note "$1: $(config_of "$1")"

	# What is not served is no failure, but it is said.
	"$scripts/kernel/kernel.sh" "$1" >"$log" || status=$?
	if [ "$status" -eq 77 ]; then
		echo "$1|$(config_of "$1")|-|-|-|SKIPPED: the archive does not serve it, or what its machine needs" >>"$table"
		skipped=$((skipped + 1))
		return
	fi
	if [ "$status" -eq 0 ]; then
		cases_on "$1" >"$log" || status=$?
		cases=$(tail -n 1 "$log")
		[ "$status" -eq 0 ] || cat "$log" >&2
		torture=0
		KERNEL=$1 "$scripts/torture.sh" >"$log.torture" || torture=$?
		[ "$torture" -eq 0 ] || cat "$log.torture" >&2
		status=$((status | torture))
		steps=$(sed -n 's/^ *\([0-9]*\) steps$/\1/p' "$log.torture")
	fi
	verdict=SUCCESS
	if [ "$status" -eq 0 ]; then
		passed=$((passed + 1))
	else
		verdict=FAILURE
		failed=$((failed + 1))
	fi
	echo "$1|$(config_of "$1")|${cases:-none}|${steps:-none}|$(($(now) - began)) s|$verdict" >>"$table"
}

: >"$table"
for name in $kernels; do
	case $name in
	in-tree) in_tree ;;
	*) kernel "$name" ;;
	esac
done

echo
awk -F'|' '
BEGIN { line = "%-14s %-66s %-24s %8s %7s  %s\n"; printf line, "kernel", "config", "cases", "steps", "time", "verdict" }
{ printf line, $1, $2, $3, $4, $5, $6 }' "$table"
echo
echo "$passed passed, $failed failed$([ "$skipped" -eq 0 ] || echo ", $skipped skipped")"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
