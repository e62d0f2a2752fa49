#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# check.sh [WORD...]: the static checks, or those whose names contain a WORD. One line each: ok,
# FAILED with the output, or SKIPPED with the reason. One failure does not stop the others.
#
#	BRIEF=yes  without coccinelle, and the newest kernel's stock image: that of user-mode Linux is of that series
set -eu
. "$(dirname "$0")/lib.sh"
usage 0 99 "$@"

words=$*
run=$own/static
mkdir -p "$run"
passed=0
failed=0
skipped=0

wanted() {
	[ -n "$words" ] || return 0
	for word in $words; do
		case $1 in
		*"$word"*) return 0 ;;
		esac
	done
	return 1
}

# check NAME COMMAND...: 77 means that it could not be done here, for the reason in the last line. What
# COMMAND sets stays its own.
check() {
	name=$1
	shift
	wanted "$name" || return 0
	began=$(now)
	tick "$name" "$began" &
	ticker=$!
	status=0
	("$@") >"$run/log" 2>&1 </dev/null || status=$?
	kill "$ticker"
	wait "$ticker" 2>/dev/null || :
	[ ! -t 2 ] || printf '\r\033[K' >&2
	case $status in
	0)
		passed=$((passed + 1))
		printf 'ok       %s (%d s)\n' "$name" $(($(now) - began))
		;;
	77)
		skipped=$((skipped + 1))
		printf '\nSKIPPED  %s: %s\n\n' "$name" "$(tail -n 1 "$run/log")"
		;;
	*)
		failed=$((failed + 1))
		printf 'FAILED   %s\n' "$name"
		complaints "$run/log" | tail -n 200 | sed 's/^/         /'
		;;
	esac
}

# Everything of ours, tracked or about to be.
files() {
	(cd "$top" && git ls-files -co --exclude-standard -- "$@" | sort | while read -r file; do
		[ ! -f "$file" ] || echo "$file"
	done)
}

shell_scripts() {
	files 'scripts/*.sh' '.ci/run'
}

# shellcheck disable=SC2046 # names without blanks
shell_lint() {
	cd "$top" && shellcheck -P scripts -P scripts/boot $(shell_scripts)
}

# shellcheck disable=SC2046
shell_format() {
	cd "$top" && shfmt -d $(shell_scripts)
}

# All but the licence says so in the first line, or the second after #!; for those that have no comments, and
# those that other tools read from their first line on, .reuse/dep5 does.
spdx() {
	files | while read -r file; do
		case $file in
		COPYING | LICENSES/* | .reuse/dep5 | debian/changelog | debian/copyright | debian/source/format) continue ;;
		esac
		tag=$(sed -n -e '1{/^#!/n' -e '/SPDX-License-Identifier: GPL-2\.0-only/p' -e 'q}' -e q "$top/$file")
		[ -n "$tag" ] || echo "$file: no SPDX-License-Identifier: GPL-2.0-only"
	done >"$run/spdx"
	cat "$run/spdx"
	[ ! -s "$run/spdx" ]
}

# The licence is in two places: where people look for it, and where REUSE does.
reuse_lint() {
	cmp "$top/COPYING" "$top/LICENSES/GPL-2.0-only.txt" && reuse --root "$top" lint
}

# What people call says what it is for if asked, and refuses what it does not know before it does anything. To
# build-kernel.sh that is the name of a kernel that there is not.
refusals() {
	sed -n -e /build-kernel/d -e 's/^\t@.*\(scripts\/[a-z-]*\.sh\).*/\1/p' "$top/Makefile" | while read -r script; do
		timeout 10 "$top/$script" --help </dev/null | grep -q "^${script#scripts/}" || echo "$script: --help does not say what it is"
		status=0
		timeout 10 "$top/$script" --bogus </dev/null >"$run/bogus" 2>&1 || status=$?
		[ "$status" -eq 2 ] || echo "$script: --bogus ends with $status"
	done >"$run/refusals"
	cat "$run/refusals"
	[ ! -s "$run/refusals" ]
}

# Differences between kernel releases have one place.
# shellcheck disable=SC2046
one_compat() {
	cd "$top"
	! grep -nE '\<(LINUX_VERSION_CODE|KERNEL_VERSION|RHEL_RELEASE_CODE)\>' \
		$(files '*.[ch]' '*Kbuild' '*Makefile' | grep -vx shim/compat.h)
}

rooms() {
	[ -e "$own/modules-debug/shim/main.o" ] || sparse >&2 || return 1
	"$scripts/static/check-rooms.sh" "$own/modules-debug"
}

# The dictionary that checkpatch would take, which needs four times as long for a file with it.
spelling() {
	cd "$top" && files . | grep -v '^LICENSES/\|^COPYING$\|\.\(svg\|tsv\|trace\)$' | xargs codespell --ignore-words-list seh
}

# patch_files IGNORE: the files named on stdin, as many at a time as there are CPUs.
patch_files() {
	xargs -r -P "$(nproc)" -n 1 "$scripts/static/patch-file.sh" "$source" "$1"
}

# User programs are no kernel code: they have C's own types, and sig_atomic_t is volatile. To ask for
# the version is what compat.h is there for. Definitions of tracepoints have a layout of their own.
# What drivers include, and code in their idioms: macros in the form that Windows documents, without the
# words of a kernel header, and C's functions by their names.
windows_idioms=MACRO_ARG_UNUSED,MACRO_ARG_REUSE,MACRO_ARG_PRECEDENCE,MACRO_WITH_FLOW_CONTROL,COMPLEX_MACRO
windows_idioms=$windows_idioms,MULTISTATEMENT_MACRO_USE_DO_WHILE,TRAILING_SEMICOLON,SPACING,VOLATILE
windows_idioms=$windows_idioms,PREFER_DEFINED_ATTRIBUTE_MACRO,PREFER_KERNEL_TYPES,AVOID_EXTERNS,STRCPY,STRNCPY
windows_idioms=$windows_idioms,LINE_SPACING,COMPARISON_TO_NULL,INLINE,UNSPECIFIED_INT,INITIALISED_STATIC,BIT_MACRO

# Files of the tests and of a sample that are compiled as a driver's are.
ported='kunit/\(ported/.*\|headers/headers_wdk\|wdmsync/\(wdmsync_text\|wdm_\(timer_\|seh_\|string_\)\?driver\(_thread\)\?\)\)\.c'
ported="\\($ported\\|samples/ramdisk/\\(pnp\\|worker\\|request\\|cache\\|ramdisk\\|extension\\)\\.[ch]\\)"

# On a copy, because checkpatch keeps notes in the current directory.
checkpatch() {
	"$scripts/build/sync-source.sh" "$run/copy" && cd "$run/copy" || return 1
	user='^kunit/user/\|^kunit/see/user/\|^samples/[^/]*/demo/'
	compat=shim/compat.h
	events=shim/trace/trace.h
	windows="^include/\(wdk\|ddk\|pseh\)/\|^include/\(string\|eresource_types\|initguid\)\.h\|^kunit/ddk/\|^$ported"
	rc=0
	files '*.[ch]' | grep -vx -e "$compat" -e "$events" | grep -v "$user\|$windows" | patch_files '' || rc=1
	files '*.[ch]' | grep "$windows" | patch_files ",$windows_idioms" || rc=1
	files '*.[ch]' | grep "$user" | patch_files ,PREFER_KERNEL_TYPES,VOLATILE || rc=1
	files "$compat" | patch_files ,LINUX_VERSION_CODE,CONSTANT_COMPARISON,MACRO_ARG_REUSE || rc=1
	files "$events" | patch_files ,OPEN_ENDED_LINE,PARENTHESIS_ALIGNMENT,SPACING || rc=1
	return $rc
}

# shellcheck disable=SC2046
kernel_doc() {
	cd "$top" && "$source/scripts/kernel-doc" -none -Wall -Werror $(files 'include/*.h' 'shim/*.[ch]')
}

# build KERNEL KDIR [ARGUMENT...]: where those who boot that kernel build, too
build() {
	lock "check-${own##*/}-$1"
	dir=$own/modules-$1
	kdir=$2
	shift 2
	"$scripts/build/build-modules.sh" "$kdir" "$dir" "$@"
}

# What a driver's file knows after <ntifs.h> is what include/NAMES says, to the name. The flags are those of
# such a file in the build for the stock kernel.
header_names() {
	build stock-6.12 "$stock/headers" >&2 || return 1
	flags=$(sed -n 's/^savedcmd_[^ ]* := \(.*\) -c -o .*/\1/p' "$own/modules-stock-6.12/kunit/ported/.names.o.cmd")
	cd "$stock/headers" && eval "$scripts/static/header-names.py $flags" >"$run/names" || return 1
	diff -u "$top/include/NAMES" "$run/names"
}

# Drivers' code in front of mingw-w64's headers, and the code that needs none of them: no warning that is not
# among those that it is there for, and none at all in the former. What the I/O manager is asked for is not there;
# samples/ramdisk asks it for nothing, and links.
ddk() {
	"$scripts/build/install-deps.sh" mingw-w64-common || return $?
	build stock-6.12 "$stock/headers" >&2 || return 1
	for driver in kunit/ddk kunit/ported samples/ramdisk; do
		copy=$run/ddk-${driver#*/}
		rm -rf "$copy" && mkdir "$copy" || return 1
		cp "$top/$driver"/Kbuild "$top/$driver"/*.[ch] "$copy"
		sed -i "s,^include .*,include $own/modules-stock-6.12/include/eresource.mk," "$copy/Kbuild"
		make -C "$stock/headers" M="$copy" ERESOURCE_DDK=yes KBUILD_MODPOST_WARN=1 W=1 -j"$(nproc)" modules || return 1
	done >"$run/ddk.log" 2>&1 || {
		cat "$run/ddk.log"
		return 1
	}
	grep -e 'warning:' -e '/ddk-ramdisk/.*undefined' "$run/ddk.log" | grep -v '/ddk-ported/\(words\|own_types\)\.c' && return 1
	return 0
}

# sparse only talks; whatever it says is a failure, and so is silence because it did not run. What it
# dislikes in the inline functions of the kernel's own headers is not ours; what code in the idioms of
# Windows shows is there on purpose: characters of four letters, constants that are cut off.
sparse() {
	build debug "$debug" C=2 CF=-D__CHECK_ENDIAN__ >"$run/sparse.log" 2>&1 || {
		cat "$run/sparse.log"
		return 1
	}
	if grep -E 'warning:|error:|[Ss]parse' "$run/sparse.log" | grep -v "^$source/include/\|/$ported:"; then
		return 1
	fi
	checked=$(grep -c '^ *CHECK ' "$run/sparse.log" || :)
	there=$(files 'shim/*.c' | wc -l)
	echo "sparse looked at $checked files, $there are in shim/"
	[ "$checked" -ge "$there" ]
}

# cross FLAVOUR: the modules, and ported code, for a stock kernel of another machine.
cross() {
	build_for "stock-$1"
	kdir=$("$scripts/kernel/fetch-stock.sh" -h "$1") || return $?
	DRIVERS='kunit/ported samples/ramdisk'
	export DRIVERS
	build "stock-$1" "$kdir/headers"
}

# The module alone, by clang, for a kernel configured for it, which need not be built: nothing resolves.
by_clang() {
	build_for clang
	kdir=$("$scripts/kernel/build-kernel.sh" -p clang) || return $?
	"$scripts/build/sync-source.sh" "$run/build-clang"
	make -C "$kdir" M="$run/build-clang" W=1e KBUILD_MODPOST_WARN=1 -j"$(nproc)" eresource.ko
}

# What the kernel's own semantic patches find in the module, less those for functions of the kernel that
# 6.1 does not have.
coccicheck() {
	"$scripts/build/sync-source.sh" "$run/cocci" || return 1
	grep -rl --include='*.cocci' --exclude=string_choices.cocci '^virtual report' \
		"$source/scripts/coccinelle" | xargs grep -L 'script:ocaml' |
		xargs -P "$(nproc)" -n 1 "$scripts/static/cocci-file.sh" "$run/cocci/shim" >"$run/cocci.said" 2>"$run/cocci.log" || {
		cat "$run/cocci.log"
		return 1
	}
	cat "$run/cocci.said"
	[ ! -s "$run/cocci.said" ]
}

# refuses WORDS ASSIGNMENT...: a kernel without what the ASSIGNMENTs take from it can not have the module,
# and is told so by WORDS in one line, besides those of make going home.
refuses() {
	words=$1
	shift
	if make -C "$stock/headers" M="$run/refused" -j"$(nproc)" "$@" modules >"$run/refused.log" 2>&1; then
		echo "$*: the module was built"
		return 1
	fi
	grep -v '^make' "$run/refused.log" >"$run/refused.said"
	cat "$run/refused.said"
	[ "$(wc -l <"$run/refused.said")" -eq 1 ] && grep -q " \*\*\* $words" "$run/refused.said"
}

unsupported() {
	"$scripts/build/sync-source.sh" "$run/refused" || return 1
	refuses 'eresource needs a 64-bit kernel' CONFIG_64BIT= &&
		refuses 'eresource needs a kernel with CONFIG_TRACEPOINTS' CONFIG_TRACEPOINTS= &&
		refuses 'eresource needs Linux 6.1 or newer; this is 6.0' VERSION=6 PATCHLEVEL=0 &&
		refuses 'eresource needs Linux 6.1 or newer; this is 5.19' VERSION=5 PATCHLEVEL=19
}

# Who opens it wants to know whether it is for him, and how to begin; the rest is in Documentation/.
short_readme() {
	lines=$(wc -l <"$top/README.md")
	echo "README.md has $lines lines, at most 150 are allowed"
	[ "$lines" -le 150 ]
}

# The table that speed.rst shows is that of the results that are kept.
bench_table() {
	"$scripts/bench/bench-table.sh" "$top/kunit/bench/results.tsv" | diff - "$top/kunit/bench/results.rst"
}

programs() {
	"$scripts/build/build-programs.sh" "$run/programs"
}

newest() {
	kdir=$("$scripts/kernel/prepare-newest.sh") || return $?
	build newest "$kdir"
}

"$scripts/build/install-deps.sh" modules kernel static
debug=$("$scripts/kernel/build-kernel.sh" debug)
source=$(readlink "$debug/source")
stock=$("$scripts/kernel/fetch-stock.sh" 6.12)
lock "static-${own##*/}"

check 'shellcheck' shell_lint
check 'shfmt' shell_format
check 'check-console.sh catches each pattern' "$scripts/judge/check-console-test.sh"
check 'SPDX tags' spdx
check 'REUSE' reuse_lint
check 'scripts refuse what they do not know' refusals
check 'kernel versions in shim/compat.h only' one_compat
check 'kernel-doc' kernel_doc
check 'README.md has at most 150 lines' short_readme
check 'table in speed.rst' bench_table
check 'code in the documentation' "$scripts/check-docs-code.sh"
check 'make htmldocs, without a warning' "$scripts/htmldocs.sh"
check 'spelling' spelling
check 'checkpatch --strict' checkpatch
check 'user programs, -Wall -Wextra -Werror' programs
check 'W=1e, 6.12 stock' build stock-6.12 "$stock/headers"
check 'names that the headers bring' header_names
check "drivers' code in front of a DDK" ddk
[ -n "${BRIEF:-}" ] || check 'W=1e, newest kernel' newest
check 'W=1e, 6.12 stock, arm64' cross 6.12-arm64
check 'W=1e, 6.1 stock, s390x' cross 6.1-s390x
check 'LLVM=1 W=1e, 6.12 configured for clang' by_clang
[ -n "${BRIEF:-}" ] || check 'coccicheck' coccicheck
check 'one line for an unsupported kernel' unsupported
check 'W=1e and sparse, 6.12 test kernel' sparse
check 'rooms of shim/ know those below only' rooms

echo "$passed passed, $failed failed$([ "$skipped" -eq 0 ] || echo ", $skipped skipped")"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
