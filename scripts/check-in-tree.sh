#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# check-in-tree.sh: the modules and their suites built into a kernel: copied into a tree of Debian's 6.12
# (copy-in.sh), built, run and judged by that tree's tools/testing/kunit/kunit.py. Skipped cases are listed with
# their reasons. Prints "N passed, N failed, N skipped".
#
#	ARCHS='um x86_64'  where: user-mode Linux, native code; QEMU
#	BRIEF=yes          the rules in the plain setting only (kunit/lib/setting.h)
#	SUITES=GLOB        only the suites that match
set -eu
. "$(dirname "$0")/lib.sh"
usage 0 0 "$@"

"$scripts/build/install-deps.sh" kernel qemu kunit rsync
source=$("$scripts/kernel/fetch-source.sh" 6.12)
lock "in-tree-${own##*/}"
run=$own/in-tree
tree=$run/${source##*/}
passed=0
failed=0
skipped=0

# What the tree has in common with others is linked, and not written to.
if [ ! -e "$tree" ]; then
	rm -rf "$run"
	mkdir -p "$run"
	cp -al "$source" "$tree.tmp"
	mv "$tree.tmp" "$tree"
fi
"$scripts/copy-in.sh" "$tree"

# kunit ARCH GOAL ARGUMENT...
kunit() {
	(cd "$tree" && arch=$1 && goal=$2 && shift 2 && python3 tools/testing/kunit/kunit.py "$goal" --arch="$arch" \
		--build_dir="$run/$arch" --kunitconfig=drivers/misc/eresource/kunit "$@")
}

# count WORD LOG: of "Testing complete. Ran 3 tests: passed: 1, failed: 1, skipped: 1"
count() {
	sed -n "s/.*Testing complete\..*[ :]$1: \([0-9]*\).*/\1/p" "$2" | tail -n 1 | grep . || echo 0
}

for arch in ${ARCHS:-um x86_64}; do
	step "$arch: building the kernel, some minutes" "$run/$arch.build" kunit "$arch" build --jobs="$(nproc)" || {
		failed=$((failed + 1))
		continue
	}
	set -- "$arch" exec --timeout=1800
	[ -z "${BRIEF:-}" ] || set -- "$@" --filter='speed>slow'
	[ -z "${SUITES:-}" ] || set -- "$@" "$SUITES"
	status=0
	step "$arch: kunit.py" "$run/$arch.log" kunit "$@" || status=$?
	bad=$(($(count failed "$run/$arch.log") + $(count crashed "$run/$arch.log") + $(count errors "$run/$arch.log")))
	[ "$bad" -gt 0 ] || [ "$status" -eq 0 ] || bad=1
	good=$(count passed "$run/$arch.log")
	left=$(count skipped "$run/$arch.log")
	echo "  $arch: $good passed, $bad failed, $left skipped; what was skipped, and why:"
	sed -n 's/^ *ok [0-9]* \(.*\) # SKIP \(..*\)/\2|\1/p' "$run/$arch/test.log" | tr -d '\r' | sort |
		awk -F'|' '{ n[$1]++; last[$1] = $2 } END { for (why in n) printf "    %4d  %s (%s%s)\n", n[why], why, last[why], (n[why] > 1) ? " ..." : "" }'
	sed -n '/FAILED\|CRASHED\|ERROR/,/^\[.*\] \[\|^\[.*=====/p' "$run/$arch.log" >&2
	[ $((good + bad)) -gt 0 ] || bad=1
	passed=$((passed + good))
	failed=$((failed + bad))
	skipped=$((skipped + left))
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
