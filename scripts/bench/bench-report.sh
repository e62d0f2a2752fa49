#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# bench-report.sh DIR MACHINE...: from DIR/MACHINE.samples, what eres-bench printed on each machine,
# makes DIR/results.tsv, one line per row, tasks and threads with the medians, the quartiles and the
# ratios of medians, and DIR/counts.tsv, instructions and locked instructions where they were stepped
# through; prints all that as tables, and what became of the bars (kunit/bench/bars.tsv).
set -eu
. "$(dirname "$0")/../lib.sh"

dir=$1
shift

# Medians and quartiles of all rounds.
summarise() {
	awk -F'\t' -v OFS='\t' -v machine="$1" '
function quantile(n, part,    at, below) {
	at = 1 + (n - 1) * part
	below = int(at)
	return value[below] + (at - below) * (value[below < n ? below + 1 : n] - value[below])
}
function sort_values(text,    n, i, j, x) {
	n = split(text, value, " ")
	for (i = 2; i <= n; i++) {
		x = value[i] + 0
		for (j = i - 1; j >= 1 && value[j] + 0 > x; j--)
			value[j + 1] = value[j]
		value[j + 1] = x
	}
	return n
}
function cell(key, column,    n) {
	if (!((key, column) in samples))
		return "-" OFS "-" OFS "-"
	n = sort_values(samples[key, column])
	median[column] = quantile(n, 0.5)
	return sprintf("%.3f%s%.3f%s%.3f", median[column], OFS, quantile(n, 0.25), OFS, quantile(n, 0.75))
}
function ratio(column) {
	return median[column] > 0 && ("ours" in median) ? sprintf("%.3f", median["ours"] / median[column]) : "-"
}
$1 == "sample" {
	key = $2 OFS $3 OFS $4 OFS $6
	if (!(key in seen)) {
		seen[key] = 1
		order[++lines] = key
	}
	samples[key, $5] = samples[key, $5] " " $8
}
END {
	for (i = 1; i <= lines; i++) {
		split("", median)
		key = order[i]
		line = machine OFS key
		for (c = 1; c <= split("rwsem percpu textbook ours", name, " "); c++)
			line = line OFS cell(key, name[c])
		linux = cell(key, "linux")
		print line, ratio("rwsem"), ratio("percpu"), ratio("textbook"), linux, ratio("linux")
	}
}' "$dir/$1.samples"
}

# Of resources; then those of wdmsync.ko, beside what the kernel has in their place.
table() {
	awk -F'\t' -v machine="$1" '
function short(x) {
	return x == "-" ? x : x < 100 ? sprintf("%.1f", x) : sprintf("%.0f", x)
}
function ratio(x) {
	return x == "-" ? x : sprintf("%.2f", x)
}
function with_spread(x, low, high) {
	return x == "-" ? x : short(x) " (" short(low) ".." short(high) ")"
}
BEGIN {
	format = "%-26s %-6s %2s %-5s %24s %24s %24s %24s %7s %7s %7s\n"
	other = "%-26s %-6s %2s %-5s %24s %24s %7s\n"
}
$1 != machine {
	next
}
$21 != "-" {
	if (!others++)
		text = sprintf(other, "", "", "", "", "linux", "ours", "/linux")
	text = text sprintf(other, $2, $3, $4, $5, with_spread($21, $22, $23),
		with_spread($15, $16, $17), ratio($24))
	next
}
{
	if (!headed++)
		printf format, "", "", "", "", "rwsem", "percpu-rwsem", "textbook", "ours", "/rwsem", "/percpu", "/textb."
	printf format, $2, $3, $4, $5, with_spread($6, $7, $8), with_spread($9, $10, $11),
		with_spread($12, $13, $14), with_spread($15, $16, $17), ratio($18), ratio($19), ratio($20)
}
END {
	printf "%s", text
}' "$dir/results.tsv"
}

# One line for each bar and each line of the results that it is about.
bars() {
	awk -F'\t' '
function fits(pattern, text) {
	gsub(/\*/, ".*", pattern)
	return text ~ ("^" pattern "$")
}
function judge(x, sign, bar) {
	return sign == "<" ? x <= bar : x >= bar
}
function tell(what, x, sign, bar, stretch,    verdict) {
	verdict = judge(x, sign, bar) ? "met" : "MISSED"
	if (stretch != "-" && judge(x, sign, stretch))
		verdict = "met, and better"
	printf "%-60s %8.2f   %s %s%s   %s\n", what, x, sign == "<" ? "at most" : "at least", bar,
		stretch == "-" ? "" : " (" stretch ")", verdict
	verdict == "MISSED" ? missed++ : met++
}
# Ours in relation to another column, or to itself in another row.
function ratio(column,    other) {
	if (column == "rwsem")
		return $18
	if (column == "textbook")
		return $20
	if (column == "linux")
		return $24
	other = ours[$1, substr(column, 2), $3, $4]
	return other > 0 ? $15 / other : "-"
}
function judge_line(    what, i, b, x, textbook) {
	what = sprintf("%s %s, %s, %s thread%s", $1, $2, $3, $4, $4 == 1 ? "" : "s")
	for (i = 1; i <= bars; i++) {
		split(bar[i], b, "\t")
		if (!fits(b[1], $1) || !fits(b[2], $2) || !fits(b[3], $3) || !fits(b[4], $4))
			continue
		textbook = textbook || b[5] == "textbook"
		x = ratio(b[5])
		if (x != "-")
			tell(what " / " b[5], x, b[6], b[7], b[8])
	}
	if (!textbook && $20 != "-" && $5 != "bytes")
		tell(what " / textbook", $20, $5 == "op/ms" ? ">" : "<", "1.0", "-")
}
/^#/ {
	next
}
FNR == NR {
	bar[++bars] = $0
	next
}
{
	result[++results] = $0
	ours[$1, $2, $3, $4] = $15
}
END {
	for (n = 1; n <= results; n++) {
		$0 = result[n]
		judge_line()
	}
	printf "%d bars met, %d missed\n", met, missed
}' "$top/kunit/bench/bars.tsv" "$dir/results.tsv"
}

# instructions (of these locked/full fences)
count_table() {
	awk -F'\t' -v machine="$1" '
BEGIN {
	format = "%-26s %-6s %14s %14s %14s %14s %14s\n"
	names = split("rwsem percpu textbook linux ours", name, " ")
}
$1 == machine {
	key = $2 SUBSEP $3
	if (!(key in seen)) {
		seen[key] = 1
		order[++keys] = key
	}
	text[key, $4] = sprintf("%d (%d/%d)", $5, $6, $7)
}
END {
	if (keys)
		printf format, "instructions (locked/fences)", "", "rwsem", "percpu-rwsem", "textbook", "linux", "ours"
	for (i = 1; i <= keys; i++) {
		split(order[i], part, SUBSEP)
		for (c = 1; c <= names; c++)
			cell[c] = (order[i], name[c]) in text ? text[order[i], name[c]] : "-"
		printf format, part[1], part[2], cell[1], cell[2], cell[3], cell[4], cell[5]
	}
}' "$dir/counts.tsv"
}

for machine; do
	summarise "$machine"
done >"$dir/results.tsv"
for machine; do
	"$scripts/bench/bench-count.sh" "$dir" "$machine" | sed "s/^/$machine\t/"
done >"$dir/counts.tsv"

for machine; do
	echo
	echo "$machine: medians (quartiles) of all rounds; of op/ms, more is better"
	table "$machine"
	count_table "$machine"
	sed -n 's/^info\t\([^\t]*\)\t/  \1: /p' "$dir/$machine.samples"
	sed -n 's/^size\t\([^\t]*\)\t\(.*\)/  bytes of a lock, \1: \2/p' "$dir/$machine.samples"
done
echo
echo 'rows, and what they are compared with where a lock has no such operation:'
awk -F'\t' '
FNR == NR {
	shown[$2] = 1
	next
}
$1 == "row" && $3 in shown && !($3 in told) {
	told[$3] = 1
	printf "%-26s %s%s\n", $3, $4, $5 == "" ? "" : " (" $5 ")"
}' "$dir/results.tsv" "$dir"/*.samples
echo
echo 'bars, ratios of ours to another column:'
bars
