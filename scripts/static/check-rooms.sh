#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# check-rooms.sh [BUILD]: each room of shim/ includes, and calls, those below it and itself only, and no
# header includes itself by way of others. Calls are looked at in the objects of BUILD, a tree in which the
# module has been built. The order of the rooms is that of Documentation/rooms.rst, lowest first.
set -eu
. "$(dirname "$0")/../lib.sh"

build=${1:-}
run=$own/rooms
mkdir -p "$run"
cd "$top/shim"

# What belongs to no room is below all, but for main.c, which starts them.
# shellcheck disable=SC2016 # no command
sed -n 's/^[0-9]*\. ``\([a-z]*\)\/``.*/\1/p' "$top/Documentation/rooms.rst" >"$run/order"
for room in */; do
	grep -qx "${room%/}" "$run/order" || {
		echo "shim/$room is not in Documentation/rooms.rst"
		exit 1
	}
done

# upward: of lines "FROM TO WHAT", rooms or ".", those that lead up.
upward() {
	awk -v order="$run/order" '
		BEGIN { while ((getline room < order) > 0) level[room] = ++n }
		level[$1] < level[$2] { print "shim/" $1 " must not know of shim/" $2 ": " $3; bad = 1 }
		END { exit bad }'
}

# "FROM/FILE TO/FILE" for each header included by the name of its room, or by its own within the room.
find . -name '*.[ch]' ! -name main.c -printf '%P\n' | sort | while read -r file; do
	room=$(dirname "$file")
	sed -n 's/^#include "\(.*\)"$/\1/p' "$file" | while read -r header; do
		if [ -e "$room/$header" ]; then
			header=$room/$header
		fi
		echo "$file ${header#./}"
	done
done >"$run/includes"
[ -s "$run/includes" ]

status=0
awk 'function room(file) { return file ~ "/" ? substr(file, 1, index(file, "/") - 1) : "." }
	{ print room($1), room($2), $1 "_includes_" $2 }' "$run/includes" | upward || status=1
grep '\.h .*\.h$' "$run/includes" >"$run/headers"
tsort "$run/headers" >"$run/sorted" || status=1
wc -l <"$run/includes" | sed 's/$/ includes/'

if [ -n "$build" ]; then
	while read -r room; do
		find "$build/shim/$room" -maxdepth 1 -name '*.o' ! -name '.*' -exec nm --defined-only -g {} + |
			awk -v room="$room" 'NF == 3 { print $3, room }'
	done <"$run/order" | sort -u >"$run/defined"
	while read -r room; do
		find "$build/shim/$room" -maxdepth 1 -name '*.o' ! -name '.*' -exec nm -u {} + |
			awk -v room="$room" 'NF == 2 { print $2, room }'
	done <"$run/order" | sort -u >"$run/wanted"
	[ -s "$run/defined" ]
	join "$run/wanted" "$run/defined" | awk '{ print $2, $3, $1 }' >"$run/calls"
	[ -s "$run/calls" ]
	upward <"$run/calls" || status=1
	wc -l <"$run/calls" | sed 's/$/ calls between files/'
fi
exit $status
