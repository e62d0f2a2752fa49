#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# check-docs.sh: is what the documentation shows what is printed? Each block of output in README.md and
# Documentation/ is marked by a comment in front of it (see docs-blocks.awk), which names the run that it
# is from:
#
#	output: demo-bugs            the run's output
#	output: demo-bugs log        the console of its guest, without times
#	output: kunit numbers        ..., and no number in it has to be the same
#
# Its lines must be found in what the last such run in this checkout has left, one after another; "..."
# stands for any lines. Masked are what varies from run to run: hashed addresses, pids, offsets in a
# function, and times. Empty lines do not count. What has no mark must not look like output. Prints
# "N passed, N failed". What code there is, check-docs-code.sh looks at.
set -eu
. "$(dirname "$0")/lib.sh"
usage 0 0 "$@"

run=$own/docs
rm -rf "$run"
mkdir -p "$run"
passed=0
failed=0

complain() {
	note "FAILED: $*"
	failed=$((failed + 1))
}

# The newest directory that a run of that name has left.
run_of() {
	case $1 in
	demo) set -- "$own"/demo-stock-6.12/ ;;
	demo-bugs) set -- "$own"/demo-bugs-stock-6.12/ ;;
	kunit) set -- "$own/check-debug/" ;;
	try) set -- "$own/try/" ;;
	*) return 1 ;;
	esac
	# shellcheck disable=SC2012 # names of ours
	ls -dt "$@" 2>/dev/null | head -n 1 | grep .
}

# what RUN WORD...: what it has printed, as the documentation shows it
what() {
	dir=$(run_of "$1") || return 1
	case $2 in
	log) sed -e 's/\r$//' -e 's/^\[ *[0-9.]*\] //' "$dir/console.log" ;;
	*) sed -e 's/^    | \{0,1\}//' "$dir/$([ "$1" = kunit ] && echo summary || echo output)" ;;
	esac
}

# mask EXPRESSION...: see above, with further ones. Owners come before waiters: threads are told in the order
# of a hash table.
mask() {
	set -- -e 's/\<\(0x\)\{0,1\}[0-9a-f]\{16\}\>/ADDRESS/g' -e 's/+0x[0-9a-f]*\/0x[0-9a-f]*/+OFFSET/g' \
		-e 's/\[[0-9][0-9]*\]/[PID]/g' -e 's/[0-9][0-9.]* \(m\{0,1\}s\)\>/TIME \1/g' -e 's/[ \t]*$//' "$@"
	sed "$@" | awk '
	/^$/ { next }
	/^(eresource:)? *(Waiter|waited for by) / { waiters = waiters $0 "\n"; next }
	!/^(eresource:)? *(Owner|owned by) / { printf "%s", waiters; waiters = "" }
	{ print }
	END { printf "%s", waiters }'
}

mask_of() {
	case " $1 " in
	*' numbers '*) mask -e 's/[0-9][0-9.]*/N/g' -e 's/  */ /g' -e 's/^ //' ;;
	*) mask ;;
	esac
}

# found BLOCK TEXT: prints what is missing, and where the block went furthest.
found() {
	awk '
	NR == FNR { block[++b] = $0; next }
	{ text[++t] = $0 }
	# As many lines of the block from line i as stand at line j of the text.
	function match_at(i, j,    n) {
		for (n = 0; i + n <= b && block[i + n] !~ /^ *\.\.\.$/ && j + n <= t && block[i + n] == text[j + n]; n++)
			;
		return n
	}
	function ends(i) {
		return i > b || block[i] ~ /^ *\.\.\.$/
	}
	END {
		i = 1
		j = 1
		while (i <= b) {
			best = -1
			done = 0
			for (k = j; k <= t && !done; k++) {
				n = match_at(i, k)
				done = ends(i + n)
				if (n > best) {
					best = n
					at = k
				}
			}
			if (!done) {
				print "shown:   " block[i + best]
				print "printed: " (best > 0 ? text[at + best] : "nothing that begins like it")
				exit 1
			}
			j = at + best
			i += best + 1
		}
	}' "$1" "$2"
}

# compare N WHERE RUN WORD...
compare() {
	block=$1
	where=$2
	name=$3
	shift 3
	if ! what "$name" "${1:-}" >"$run/$block.run"; then
		complain "$where: nothing is left of a run of $name"
		return
	fi
	mask_of "$*" <"$run/$block" >"$run/$block.masked"
	mask_of "$*" <"$run/$block.run" >"$run/$block.printed"
	if found "$run/$block.masked" "$run/$block.printed" >"$run/$block.difference"; then
		passed=$((passed + 1))
	else
		complain "$where is not what $name prints:"
		sed 's/^/  /' "$run/$block.difference" >&2
	fi
}

# What only a program prints.
looks_like_output() {
	grep -qE '^(eresource|eres_[a-z]*): |\<[0-9a-f]{16}\>|\<[0-9]+ (passed|failed)|^ *ok  |^@|^\*\*\*\*' "$run/$1"
}

cd "$top"
for doc in $(git ls-files -co --exclude-standard '*.md' 'Documentation/*.rst'); do
	awk -v dir="$run" -v first=$(($(find "$run" -name '[0-9]*' ! -name '*.*' | wc -l) + 1)) \
		-f "$scripts/static/docs-blocks.awk" "$doc" >"$run/list"
	while read -r block where _ mark; do
		case $mark in
		'output: '*)
			# shellcheck disable=SC2086 # words are wanted
			compare "$block" "$where" ${mark#output: }
			;;
		*) ! looks_like_output "$block" || complain "$where: output without a mark" ;;
		esac
	done <"$run/list"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
