#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# bench-table.sh FILE: makes the tables of results, of kernel threads mainly, for Documentation/speed.rst, out of
# FILE, which is kunit/bench/results.tsv or like it. To stdout.
set -eu
. "$(dirname "$0")/../lib.sh"
usage 1 1 "$@"

echo '.. SPDX-License-Identifier: GPL-2.0-only'
echo ".. Made by scripts/bench/bench-table.sh: not to be changed by hand."
for machine in $(grep -v '^#' "$1" | cut -f 1 | uniq); do
	cat <<END

.. csv-table:: $machine, kernel threads
   :header: row, threads, unit, rwsem, percpu, textbook, ours, /rwsem, /percpu, /textbook

END
	awk -F'\t' -v machine="$machine" '
	$1 == machine && $3 == "kernel" && $21 == "-" {
		line = sprintf("   %s, %s, %s", $2, $4, $5)
		for (i = 6; i <= 15; i += 3)
			line = line ", " $i
		for (i = 18; i <= 20; i++)
			line = line ", " $i
		print line
	}' "$1"
	cut -f 1,21 "$1" | grep "^$machine	[0-9]" >/dev/null || continue
	cat <<END

.. csv-table:: $machine, what wdmsync.ko has beside what the kernel has in its place
   :header: row, threads, of, unit, linux, ours, /linux

END
	awk -F'\t' -v machine="$machine" '
	$1 == machine && $21 != "-" {
		printf "   %s, %s, %s, %s, %s, %s, %s\n", $2, $4, $3, $5, $21, $15, $24
	}' "$1"
done
