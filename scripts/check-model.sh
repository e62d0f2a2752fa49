#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# check-model.sh: the protocol of the lock as a model, kunit/model/protocol.pml, checked by spin in all
# its states; then with each of the bugs that the model can plant, which spin must find. The last
# line is "N passed, N failed".
#
#	WRITERS=N READERS=N  how many threads of each kind (2 and 2; one more does not end in five minutes)
set -eu
. "$(dirname "$0")/lib.sh"

"$scripts/install-deps.sh" gcc libc6-dev spin
lock "model-${own##*/}"
run=$own/model
rm -rf "$run"
mkdir -p "$run"
cd "$run"

# explore BUG WRITERS READERS: prints "errors: N" and the number of states.
explore() {
	spin -DBUG="$1" -DWRITERS="$2" -DREADERS="$3" -a "$top/kunit/model/protocol.pml" >"spin-$1.log"
	gcc -w -O2 -DCOLLAPSE -DSAFETY -DVECTORSZ=2048 -o pan pan.c
	./pan -m1000000 >"pan-$1.log"
	sed -n -e 's/.*\(errors: [0-9]*\)$/\1/p' -e 's/^ *\([0-9.e+]*\) states, stored$/\1 states/p' "pan-$1.log" |
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
		;;
	esac
}

writers=${WRITERS:-2}
readers=${READERS:-2}
began=$(now)
step "checking $writers writers and $readers readers" explore.log explore 0 "$writers" "$readers" || :
verdict "$writers writers, $readers readers, $(($(now) - began)) s" "$(cat explore.log)" 'errors: 0 *'
# The model's own list of bugs: "number what".
sed -n 's/^ \*   -DBUG=\([0-9]*\)  */\1 /p' "$top/kunit/model/protocol.pml" >bugs
while read -r bug what; do
	step "bug $bug" explore.log explore "$bug" 2 2 || :
	verdict "finds: $what" "$(cat explore.log)" 'errors: [1-9]*'
done <bugs
[ -s bugs ] || verdict 'bugs to plant' '' 'some'
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
