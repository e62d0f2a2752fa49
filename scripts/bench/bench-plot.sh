#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# bench-plot.sh DIR: of DIR/results.tsv makes DIR/results.svg: what the operations cost kernel threads,
# in relation to the matching operation of an rwsem, and the bars. One panel for each machine.
set -eu
. "$(dirname "$0")/../lib.sh"

dir=$1
"$scripts/build/install-deps.sh" plot

# For one machine: label, costs of percpu-rwsem, textbook and ours, bar. Throughput counts inversely, so
# that less is always better.
relations() {
	awk -F'\t' -v OFS='\t' -v machine="$1" '
function fits(pattern, text) {
	gsub(/\*/, ".*", pattern)
	return text ~ ("^" pattern "$")
}
function cost(x) {
	return x == "-" || x <= 0 ? "-" : $5 == "op/ms" ? $6 / x : x / $6
}
function bar_of_line(    i, b) {
	for (i = 1; i <= bars; i++) {
		split(bar[i], b, "\t")
		if (b[5] == "rwsem" && fits(b[1], $1) && fits(b[2], $2) && fits(b[3], $3) && fits(b[4], $4))
			return b[6] == "<" ? b[7] : 1 / b[7]
	}
	return "-"
}
/^#/ { next }
FNR == NR {
	bar[++bars] = $0
	next
}
$1 == machine && $3 == "kernel" && $5 != "bytes" && $6 != "-" && $6 > 0 {
	print $2 ($4 == 1 ? "" : " x" $4), cost($9), cost($12), cost($15), bar_of_line()
}' "$top/kunit/bench/bars.tsv" "$dir/results.tsv" >"$dir/$1.relations"
}

title() {
	case $1 in
	Q) echo 'Q: QEMU without KVM, Debian 6.12, 2 CPUs' ;;
	U) echo 'U: user-mode Linux, 2 CPUs' ;;
	*) echo "$1" ;;
	esac
}

# Rows of wdmsync.ko are not shown.
machines=
count=0
for machine in $(cut -f 1 "$dir/results.tsv" | uniq); do
	relations "$machine"
	[ -s "$dir/$machine.relations" ] || continue
	machines="$machines $machine"
	count=$((count + 1))
done
if [ "$count" -eq 0 ]; then
	note 'there is nothing to plot beside an rwsem'
	exit 0
fi
{
	cat <<END
set terminal svg size 1200,$((count * 430)) font 'sans-serif,11' background 'white'
set output '$dir/results.svg.tmp'
set datafile separator tab
set datafile missing '-'
set multiplot layout $count,1
set style data histograms
set style histogram clustered gap 1
set style fill solid 0.85 noborder
set logscale y 10
set yrange [0.05:1000]
set bmargin 10
set ylabel 'cost / cost of the rwsem'
set format y '%g'
set grid ytics
set xtics rotate by -55 left scale 0 font ',10'
set key outside top right horizontal
END
	for machine in $machines; do
		cat <<END
set title '$(title "$machine")'
plot '$dir/$machine.relations' using 2:xtic(1) title 'percpu-rwsem' linecolor '#9ecae1', \
	'' using 3 title 'textbook' linecolor '#fdae6b', \
	'' using 4 title 'ours' linecolor '#31a354', \
	1 with lines title 'rwsem' linecolor 'black', \
	'' using 0:5 with points pointtype 2 linecolor 'red' linewidth 2 title 'bar'
END
	done
} >"$dir/plot.gnuplot"
gnuplot "$dir/plot.gnuplot"

# The declaration would have to be the first line; without it the text is UTF-8 all the same.
sed '1s/.*/<!-- SPDX-License-Identifier: GPL-2.0-only -->/' "$dir/results.svg.tmp" >"$dir/results.svg"
rm "$dir/results.svg.tmp"
