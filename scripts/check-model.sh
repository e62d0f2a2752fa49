#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# check-model.sh: the protocols of locks and waits as models, kunit/model/*.pml, each checked by spin in all
# its states; then with each of the bugs that it can plant, which spin must find. The head of a model
# lists its scenes and its bugs, one a line: " *   -DSCENE=1  what", " *   -DSCENE=1 -DBUG=2  what". The
# last line is "N passed, N failed".
#
# What has been explored, by this spin and this compiler, is known, in any checkout, until the model changes.
#
#	MODEL=NAME  only this one
#	AGAIN=yes   explores what is known, too
set -eu
. "$(dirname "$0")/lib.sh"
usage 0 0 "$@"

"$scripts/build/install-deps.sh" gcc libc6-dev spin
lock "model-${own##*/}"
run=$own/model
rm -rf "$run"
mkdir -p "$run"
cd "$run"

# known MODEL DEFINITION...: the file that keeps the result, if it is what it should be.
known() {
	printf '%s/model/%s\n' "$cache" "$({
		printf '%s\n' "$@"
		spin -V
		gcc --version
		cat "$scripts/check-model.sh" "$top/kunit/model/$1.pml"
	} | sha256sum | cut -d ' ' -f 1)"
}

# explore MODEL DEFINITION...: prints "errors: N" and the number of states.
explore() {
	model=$1
	shift
	rm -f pan pan.*
	spin "$@" -a "$top/kunit/model/$model.pml" >spin.log &&
		gcc -w -O2 -DCOLLAPSE -DSAFETY -DVECTORSZ=2048 -o pan pan.c &&
		./pan -m1000000 >pan.log || return
	# It says that there are no errors, too, when it has had to give up.
	! grep -e 'max search depth too small' -e 'out of memory' pan.log || return
	grep -q 'errors: [1-9]' pan.log || ! grep 'Search not completed' pan.log || return
	sed -n -e 's/.*\(errors: [0-9]*\)$/\1/p' -e 's/^ *\([0-9.e+]*\) states, stored$/\1 states/p' pan.log |
		paste -s -d ' '
}

passed=0
failed=0

# verdict NAME COUNTS WANTED: WANTED is a pattern for the counts.
verdict() {
	# shellcheck disable=SC2254 # a pattern is meant
	case $2 in
	$3)
		echo "ok: $1: $2"
		passed=$((passed + 1))
		;;
	*)
		echo "FAILED: $1: ${2:-no result}"
		failed=$((failed + 1))
		return 1
		;;
	esac
}

# look MODEL WHAT DEFINITION...: leaves the result in explore.log, and in took how long that was.
look() {
	look_model=$1
	look_what=$2
	shift 2
	kept=$(known "$look_model" "$@")
	began=$(now)
	if [ -z "${AGAIN:-}" ] && [ -e "$kept" ]; then
		cp "$kept" explore.log
		took=known
	else
		step "$look_model, $look_what" explore.log explore "$look_model" "$@" || :
		took="$(($(now) - began)) s"
	fi
}

# keep: what look has left is what it should be.
keep() {
	mkdir -p "${kept%/*}"
	cp explore.log "$kept.$$" && mv "$kept.$$" "$kept"
}

# check MODEL: its scenes, or all of it in one; then its bugs.
check() {
	# The head of the model: "definitions|what".
	sed -n 's/^ \*   \(-D[A-Z]*=[-A-Z0-9= D]*[0-9]\)  *\([^-].*\)/\1|\2/p' "$top/kunit/model/$1.pml" >list
	grep -q -v BUG= list || echo '-DBUG=0|everything' >>list
	grep -q BUG= list || verdict "$1: bugs to plant" '' 'some' || :
	while IFS='|' read -r definitions what; do
		# shellcheck disable=SC2086 # several definitions
		look "$1" "$what" $definitions
		case $definitions in
		*BUG=[1-9]*) verdict "$1 finds: $what" "$(cat explore.log)" 'errors: [1-9]*' && keep ;;
		*) verdict "$1: $what, $took" "$(cat explore.log)" 'errors: 0 *' && keep ;;
		esac || :
	done <list
}

for model in "$top"/kunit/model/*.pml; do
	model=$(basename "$model" .pml)
	[ "${MODEL:-$model}" != "$model" ] || check "$model"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
