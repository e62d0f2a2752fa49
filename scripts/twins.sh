#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# twins.sh: proves that the tests can fail. Each kunit/twins/*.patch plants one bug in a copy of this
# checkout; there, the tests that the patch names must fail. The unbroken twin goes the same way and
# must pass. Prints what caught which, and as the last line "N passed, N failed".
#
#	TWINS='NAME ...'  only these; "unbroken" is the one without a bug
set -eu
. "$(dirname "$0")/lib.sh"

# Before the copies need them.
"$scripts/install-deps.sh" modules kernel qemu kunit static
lock "twins-${own##*/}"

# Always the same place, so that only what a bug changes is built again.
tree=$own/twin
run=$own/twins
mkdir -p "$run"
passed=0
failed=0

# Lines "Bug:", "User:" and "Run:" are in front of the patch itself.
header() {
	sed -n "s/^$1: //p" "$top/kunit/twins/$2.patch"
}

plant() {
	rsync -rlpD --checksum --delete --exclude=/.git "$top/" "$tree/"
	[ "$1" = unbroken ] || patch -d "$tree" -p1 --fuzz=0 --no-backup-if-mismatch <"$top/kunit/twins/$1.patch"
}

# attempt LOG torture|kunit VARIABLE=VALUE...: short, and impatient.
attempt() {
	attempt_log=$1
	case $2 in
	torture) script=torture.sh ;;
	kunit) script=check-kunit.sh ;;
	*) die "neither torture nor kunit: $2" ;;
	esac
	shift 2
	env LENGTH=4 STEPS=4000 PATIENCE=15 AROUND=no ERESOURCE_TIMEOUT=120 \
		ERESOURCE_ARGUMENTS=panic_on_warn=1 "$@" \
		"$tree/scripts/$script" >"$attempt_log" 2>&1
}

# Is the bug not caught? Load finds by chance what its seed leads to, so another one gets a chance, too.
survives() {
	tries=0
	while [ $((tries += 1)) -le 2 ]; do
		attempt "$@" || return 1
		[ "$name" != unbroken ] || return 0
	done
}

# The first thing in a log that says what was wrong; a bare stack trace if nothing else does.
caught_by() {
	sed -n -e '/unexpected:.*Call Trace:/d' -e 's/^FAILED: \(.*\)/\1/p' \
		-e 's/^torment: FAILURE (\(.*\))/torment: \1/p' \
		-e 's/.*\[FAILED\] \([a-z_ ,]*[a-z]\).*/KUnit: \1/p' \
		-e 's/.*unexpected: \(\[ *[0-9.]*\] \)*\(.*\)/console: \2/p' \
		-e 's/^\(guest: .*\)/\1/p' \
		-e 's/^\(the guest .*\)/\1/p' -e 's/^\(failed: .*\)/\1/p' "$1" | head -n 1 | cut -c 1-100
}

# twin NAME RUN...
twin() {
	name=$1
	shift
	began=$(now)
	log=$run/$name.log
	caught=
	if ! plant "$name" >"$log" 2>&1; then
		verdict='FAILED: the patch does not apply'
	elif survives "$log" "$@"; then
		verdict='FAILED: nothing caught it'
		[ "$name" != unbroken ] || verdict=ok
	elif grep -q 'building .*: FAILED' "$log"; then
		verdict='FAILED: it does not build'
	else
		caught=$(caught_by "$log")
		verdict="$1: ${caught:-no verdict}"
		[ "$tries" -eq 1 ] || verdict="$verdict (at the second try)"
		[ "$name" != unbroken ] || verdict="FAILED: $verdict"
	fi
	case $verdict in
	FAILED*)
		failed=$((failed + 1))
		tail -n 5 "$log" >&2
		;;
	*) passed=$((passed + 1)) ;;
	esac
	printf '%-24s %4d s  %s\n' "$name" $(($(now) - began)) "$verdict"
}

all=$(find "$top/kunit/twins" -name '*.patch' | sed 's|.*/\(.*\)\.patch$|\1|' | sort)
for name in ${TWINS:-unbroken $all}; do
	if [ "$name" = unbroken ]; then
		twin unbroken torture
	else
		# shellcheck disable=SC2046 # words are wanted
		twin "$name" $(header Run "$name")
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
