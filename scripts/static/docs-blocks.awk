# SPDX-License-Identifier: GPL-2.0-only
# docs-blocks.awk: finds the blocks of code and output in a page of documentation, Markdown or
# reStructuredText. "awk -v dir=DIR -v first=N -f docs-blocks.awk PAGE" puts the text of each into DIR/N,
# DIR/N+1 ... and prints a line for each: number, PAGE:LINE, language ("text" if none is named), mark.
#
# A mark is a comment in front of the block. In Markdown and in reStructuredText:
#
#	<!-- output: demo-bugs log -->
#	.. output: demo-bugs log
#
# Blocks of Markdown are fenced, with the language behind the fence, or indented by four blanks. Those of
# reStructuredText follow "::" or ".. code-block:: LANGUAGE". Of the comment ".. before:" there, which no
# reader sees, the indented text is a block of the language "before": C code that others of the page need.

function indentation(line) {
	match(line, /^[ \t]*/)
	return RLENGTH
}

function begin(what, column) {
	language = what
	outside = column
	text = ""
	inside = 1
	where = 0
	margin = 0
}

function finish() {
	if (inside && text != "") {
		sub(/\n+$/, "\n", text)
		file = sprintf("%s/%d", dir, number + first)
		printf "%s", text >file
		close(file)
		print number + first, FILENAME ":" where, language, mark
		number++
		mark = ""
	}
	inside = 0
}

function add(line) {
	if (!where) {
		where = FNR
		margin = indentation(line)
	}
	text = text (line ~ /^[ \t]*$/ ? "" : substr(line, margin + 1)) "\n"
}

BEGIN { rst = ARGV[1] ~ /\.rst$/ }

# Markdown
!rst && /^<!-- [a-z]+: .* -->$/ { finish(); mark = $0; sub(/^<!-- /, "", mark); sub(/ -->$/, "", mark); next }
!rst && /^```/ {
	was_fenced = fenced
	finish()
	fenced = !was_fenced
	if (fenced) {
		begin(substr($0, 4) == "" ? "text" : substr($0, 4), -1)
		where = FNR + 1
	}
	next
}
!rst && fenced { text = text $0 "\n"; next }
!rst && /^    / { if (!inside) begin("text", 0); add($0); next }
!rst && /^$/ { if (inside) text = text "\n"; next }
!rst { finish(); next }

# reStructuredText: what is indented further than the line that announced it belongs to the block.
inside && /^[ \t]*$/ { if (where) text = text "\n"; next }
inside && indentation($0) > outside {
	# options of a directive
	if (!where && /^ *:[a-z-]+:/)
		next
	add($0)
	next
}
inside { finish() }
/^\.\. before:$/ { begin("before", 0); next }
/^\.\. (output|from|whole|inside|unchecked): / { mark = substr($0, 4); next }
/^ *\.\. code-block:: [a-z]+$/ { begin($3, indentation($0)); next }
/^ *\.\. [a-z-]+::/ { next }
/::$/ { begin("text", indentation($0)) }

END { finish() }
