#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# kernel-doc.sh ARGUMENT...: the kernel's kernel-doc, from the source tree that KERNEL_SOURCE names, for
# Sphinx. Two things of its output are mended: further lines of "Return:", which it leaves indented as
# they are in the comment, and "DDI:", our own section behind that, which becomes a link.
set -eu

output=$(mktemp)
trap 'rm -f "$output"' EXIT
status=0
"$KERNEL_SOURCE/scripts/kernel-doc" "$@" >"$output" || status=$?
awk '
function indentation(line) {
	match(line, /^ */)
	return RLENGTH
}
/^ *\*\*Return\*\*$/ { in_return = 1; depth = indentation($0); print; next }
/^\.\. / && !/LINENO/ { in_return = 0 }
{ line = $0 }
in_return && indentation(line) > depth { sub(/^ */, "", line); line = sprintf("%" depth "s%s", "", line) }
line ~ /^ *Misuse: / { sub(/Misuse:/, "**Misuse:**", line) }
line ~ /^ *DDI: / {
	page = line
	sub(/^ *DDI: /, "", page)
	printf "\n%" indentation(line) "sDDI: `%s <https://learn.microsoft.com/windows-hardware/drivers/ddi/%s>`__\n", "", page, page
	next
}
{ print line }' "$output"
exit "$status"
