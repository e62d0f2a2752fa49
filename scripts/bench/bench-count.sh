#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# bench-count.sh DIR MACHINE: of the instructions that eres_bench.ko stepped through, in
# DIR/MACHINE.samples, makes DIR/MACHINE.trace, where they can be read, and prints how many there are
# for each row, tasks and column; how many of these are locked; and how many are full fences, which
# are mfence and what the kernel's smp_mb() is, a locked addition of nothing to the stack.
set -eu
. "$(dirname "$0")/../lib.sh"

samples=$1/$2.samples
trace=$1/$2.trace
work=$own/bench-count
mkdir -p "$work"

# The bytes of each, from a place of its own on, with room for what disassembles beyond its end.
sed -n 's/^step\t.*\t\([0-9a-f]*\)$/\1/p' "$samples" | sort -u >"$work/bytes"
sed -e 's/../0x&,/g' -e 's/,$//' -e 's/.*/.balign 32, 0x90\n.byte &/' "$work/bytes" >"$work/code.s"
as --64 -o "$work/code.o" "$work/code.s"
objdump -d --no-show-raw-insn "$work/code.o" |
	sed -n 's/^ *\(0\|[0-9a-f]*[02468ace]0\):\t *\(.*[^ ]\) *$/\2/p' >"$work/text"

awk -F'\t' -v OFS='\t' -v trace="$trace" -v bytes="$work/bytes" -v text="$work/text" '
BEGIN {
	while ((getline line <bytes) > 0)
		if ((getline what[line] <text) <= 0)
			exit broken = 1
	printf "" >trace
}
$1 == "step" {
	key = $2 OFS $3 OFS $4
	if (!(key in count))
		order[++keys] = key
	count[key]++
	insn = what[$6]
	if (insn ~ /^lock / || insn ~ /^xchg .*\(/)
		locked[key]++
	if (insn ~ /^mfence/ || insn ~ /^lock (add|or)[lq]? *\$0x0,.*\(%rsp\)/)
		fences[key]++
	print $2, $3, $4, $5, insn >trace
}
END {
	if (broken)
		exit 1
	for (i = 1; i <= keys; i++)
		print order[i], count[order[i]], locked[order[i]] + 0, fences[order[i]] + 0
}' "$samples"
