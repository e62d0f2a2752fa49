#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# bench-save.sh: puts the results of the last run of bench.sh, and their plot, where Documentation/speed.rst
# shows them: kunit/bench/results.tsv, counts.tsv, results.svg, and the table results.rst.
set -eu
. "$(dirname "$0")/lib.sh"
usage 0 0 "$@"

run=$own/bench
to=$top/kunit/bench
[ -s "$run/results.tsv" ] || die 'make bench has not been run'

# save NAME COLUMN...
save() {
	name=$1
	shift
	{
		echo '# SPDX-License-Identifier: GPL-2.0-only'
		echo "# $*" | tr ' ' '\t' | sed 's/^#\t/# /'
		cat "$run/$name"
	} >"$to/$name"
}

# shellcheck disable=SC2046 # words are wanted
save results.tsv machine row tasks threads unit \
	$(for column in rwsem percpu textbook ours; do
		echo "$column $column-quartile-1 $column-quartile-3"
	done) ours/rwsem ours/percpu ours/textbook linux linux-quartile-1 linux-quartile-3 ours/linux
save counts.tsv machine row tasks column instructions locked fences
"$scripts/bench/bench-plot.sh" "$run"
cp "$run/results.svg" "$to/"
"$scripts/bench/bench-table.sh" "$to/results.tsv" >"$to/results.rst"
note "saved in ${to#"$top/"}: results.tsv, counts.tsv, results.svg, results.rst; the text is in Documentation/speed.rst"
