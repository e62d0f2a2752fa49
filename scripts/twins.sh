#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# twins.sh: proves that the tests can fail. Each kunit/twins/*.patch plants one bug in a copy of this
# checkout; there, the tests that the patch names must fail. The unbroken twin goes the same way and
# must pass. Prints what caught which, and as the last line "N passed, N failed".
#
# Lines in front of the patch:
#	Bug: what is wrong                User: who gets to feel it
#	Run: kunit SUITES=GLOB            or torture VARIABLE=VALUE...
#	CI: no                            found long ago, or dear: not for .ci/run
#
# Bugs that KUnit finds share guests. There, each twin's suites run with the module as it is before
# they do with the bug: a guest that an earlier bug has spoiled fails that, and a new one takes over.
#
#	TWINS='NAME ...'  only these; "unbroken" is the one without a bug
#	BRIEF=yes         without those that are not for CI
set -eu
. "$(dirname "$0")/lib.sh"
usage 0 0 "$@"

# Before the copies need them.
"$scripts/build/install-deps.sh" modules kernel qemu kunit static
# Also of check-kunit.sh, whose modules they are.
lock "check-${own##*/}-debug"

# Always the same places, so that only what a bug changes is built again.
tree=$own/twin
modules=$own/modules-debug
run=$own/twins
rm -rf "$run"
mkdir -p "$run"
passed=0
failed=0

# header WHAT NAME
header() {
	sed -n "/^--- /q;s/^$1: //p" "$top/kunit/twins/$2.patch"
}

# verdict NAME SECONDS WORDS...
verdict() {
	printf '%-28s %4d s  %s\n' "$1" "$2" "$3"
	case $3 in
	FAILED*) failed=$((failed + 1)) ;;
	*) passed=$((passed + 1)) ;;
	esac
}

plant() {
	rsync -rlpD --checksum --delete --exclude=/.git "$top/" "$tree/"
	[ "$1" = unbroken ] || patch -d "$tree" -p1 --fuzz=0 --no-backup-if-mismatch <"$top/kunit/twins/$1.patch"
}

# attempt LOG VARIABLE=VALUE...: short, and impatient.
attempt() {
	attempt_log=$1
	shift
	env LENGTH=4 STEPS=4000 PATIENCE=15 AROUND=no ERESOURCE_TIMEOUT=120 \
		MODULES='eresource.ko wdmsync.ko kunit/torture/eres_torture.ko' DRIVERS='samples/ramfile kunit/leak kunit/see' \
		ERESOURCE_ARGUMENTS=panic_on_warn=1 "$@" \
		"$tree/scripts/torture.sh" >"$attempt_log" 2>&1
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
		-e 's/^ *not ok [0-9]* \([^#]*[^# ]\).*/\1/p' \
		-e 's/.*unexpected: \(\[ *[0-9.]*\] \)*\(.*\)/console: \2/p' \
		-e 's/^\(guest: .*\)/\1/p' \
		-e 's/^\(the guest .*\)/\1/p' -e 's/^\(failed: .*\)/\1/p' "$1" | head -n 1 | cut -c 1-100
}

# torture_twin NAME VARIABLE=VALUE...
torture_twin() {
	name=$1
	shift
	began=$(now)
	log=$run/$name.log
	if ! plant "$name" >"$log" 2>&1; then
		said='FAILED: the patch does not apply'
	elif survives "$log" "$@"; then
		said='FAILED: nothing caught it'
		[ "$name" != unbroken ] || said=ok
	elif grep -q 'building .*: FAILED' "$log"; then
		said='FAILED: it does not build'
	else
		said=$(caught_by "$log")
		said="torture: ${said:-no verdict}"
		[ "$tries" -eq 1 ] || said="$said (at the second try)"
		[ "$name" != unbroken ] || said="FAILED: $said"
	fi
	verdict "$name" $(($(now) - began)) "$said"
	case $said in
	FAILED*) tail -n 5 "$log" >&2 ;;
	esac
}

as_it_was() {
	rsync -a --delete "$run/built/" "$modules/"
}

# build_twin NAME: the modules with the bug, and no other: nothing else knows what is wrong with it. In
# place of what was built without a bug, with its times: only what the bug changes is built again.
build_twin() {
	as_it_was &&
		patch -d "$modules" -p1 --fuzz=0 --no-backup-if-mismatch <"$top/kunit/twins/$1.patch" &&
		make -C "$build" M="$modules" "W=${W-1e}" -j"$(nproc)" eresource.ko wdmsync.ko &&
		cp "$modules/eresource.ko" "$run/twin-$1.ko" &&
		cp "$modules/wdmsync.ko" "$run/twin-$1-wdmsync.ko"
}

# What the suites need that is not the module. Before any bug is planted.
build_suites() {
	"$scripts/build/build-modules.sh" "$build" "$modules" &&
		cp "$modules/eresource.ko" "$run/unbroken.ko" &&
		cp "$modules/wdmsync.ko" "$run/unbroken-wdmsync.ko" &&
		rsync -a "$modules/" "$run/built/" &&
		"$scripts/build/build-programs.sh" "$run/programs"
}

# boot NAME...: a guest with these twins. Its log is of no interest: what was said is.
boot() {
	guest=$run/guest
	rm -rf "$guest"
	mkdir -p "$guest"
	seconds=120
	for name; do
		printf '%s %s\n' "$name" "$(header Run "$name" | sed 's/^kunit SUITES=//')"
		seconds=$((seconds + 60))
	done >"$guest/twins"
	set -- twins="$guest/twins" cases-lib.sh="$top/kunit/lib/cases-lib.sh" \
		"$run/unbroken.ko" "$run/unbroken-wdmsync.ko" "$run/built/kunit/eresource_kunit.ko" \
		"$run/built/kunit/eresource_wdmsync_kunit.ko" "$run/built/kunit/eresource_lockdep_kunit.ko"
	while read -r name _; do
		set -- "$@" "$run/twin-$name.ko" "$run/twin-$name-wdmsync.ko"
	done <"$guest/twins"
	for file in "$run"/built/kunit/*/eres_*.ko "$run"/programs/*; do
		case $file in
		*/eres_torture.ko | */eres_bench.ko) continue ;;
		"$run"/programs/*) set -- "$@" bin/"${file##*/}=$file" ;;
		*) set -- "$@" "$file" ;;
		esac
	done
	for file in "$top"/kunit/*/*.sh; do
		set -- "$@" "$file"
	done
	"$scripts/boot/mkinitrd.sh" "$guest/initrd" "$scripts/guest/guest-twins.sh" "$@"
	"$scripts/boot/run-qemu.sh" -t "${ERESOURCE_TIMEOUT:-$seconds}" "$build/vmlinuz" "$guest/initrd" "$guest" \
		>"$guest/log" 2>&1 || :
}

# part FILE NAME HOW: what was said from "NAME HOW" to its end, with the end.
part() {
	tr -d '\r' <"$1" | sed -n "/eresource-twin: $2 $3\$/,/eresource-twin: $2 $3 ended with /p"
}

# looks_good NAME HOW: its suites ran to the end, and passed, and the console was quiet.
looks_good() {
	part "$guest/output" "$1" "$2" >"$run/$1.$2"
	part "$guest/console.log" "$1" "$2" >"$run/$1.$2.console"
	grep -q "^eresource-twin: $1 $2 ended with 0\$" "$run/$1.$2" &&
		grep -q '^ *ok 1 ' "$run/$1.$2" && ! grep -q '^ *not ok ' "$run/$1.$2" &&
		"$scripts/judge/check-console.sh" "$run/$1.$2.console" >>"$run/$1.$2"
}

# judge NAME: sets said; empty if the guest did not come to it.
judge() {
	said=
	if ! looks_good "$1" as-it-is || ! grep -q "^eresource-twin: $1 planted\$" "$guest/output"; then
		return
	elif looks_good "$1" planted; then
		said='FAILED: nothing caught it'
	else
		"$scripts/judge/check-console.sh" "$run/$1.planted.console" >>"$run/$1.planted" || :
		said=$(caught_by "$run/$1.planted")
		said="kunit: ${said:-$(tail -n 1 "$guest/log")}"
	fi
}

# kunit_twins NAME...: in as many guests as it takes. The first of a guest is the one that it has to come to.
kunit_twins() {
	while [ $# -gt 0 ]; do
		began=$(now)
		boot "$@"
		took=$(($(now) - began))
		note "  a guest with $# twins: $took s"
		first=$1
		while [ $# -gt 0 ]; do
			judge "$1"
			if [ -z "$said" ] && [ "$1" != "$first" ]; then
				break
			fi
			if [ -z "$said" ]; then
				said='FAILED: its suites fail without the bug'
				tail -n 5 "$run/$1.as-it-is" "$guest/log" >&2
			fi
			verdict "$1" 0 "$said"
			shift
		done
	done
}

all=$(find "$top/kunit/twins" -name '*.patch' | sed 's|.*/\(.*\)\.patch$|\1|' | sort)
tortured=
shared=
for name in ${TWINS:-unbroken $all}; do
	[ "$name" != unbroken ] || continue
	[ -z "${BRIEF:-}" ] || [ "$(header CI "$name")" != no ] || continue
	case $(header Run "$name") in
	torture*) tortured="$tortured $name" ;;
	kunit\ SUITES=*) shared="$shared $name" ;;
	*) die "$name: neither torture nor kunit SUITES=" ;;
	esac
done

# That what is not broken passes matters to torture: KUnit's twins are first run as they are.
case " ${TWINS:-${tortured:+unbroken}} " in
*' unbroken '*) torture_twin unbroken ;;
esac
for name in $tortured; do
	# shellcheck disable=SC2046 # words are wanted
	torture_twin "$name" $(header Run "$name" | sed 's/^torture//')
done

if [ -n "$shared" ]; then
	build=$("$scripts/kernel/build-kernel.sh" debug)
	step 'building the suites' "$run/suites.log" build_suites
	set --
	for name in $shared; do
		began=$(now)
		if build_twin "$name" >"$run/$name.log" 2>&1; then
			set -- "$@" "$name"
		else
			verdict "$name" $(($(now) - began)) 'FAILED: the patch does not apply, or what it makes does not build'
			tail -n 5 "$run/$name.log" >&2
		fi
		note "  building $name: $(($(now) - began)) s"
	done
	as_it_was
	kunit_twins "$@"
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
