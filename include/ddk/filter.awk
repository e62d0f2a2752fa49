# SPDX-License-Identifier: GPL-2.0-only
# awk -f filter.awk NAMES HEADER: mingw-w64's HEADER without what is ours.
#
# Left out are the declarations and macros of the names that NAMES has under the headers below, and what
# ERESOURCE consists of. Everything else stays, line by line. wdm.h ends with our own headers, and the
# three headers include each other from where this copy is.

function forget() {
	buffer = ""
	text = ""
}

function flush_statement() {
	if (!ours(text))
		printf "%s", buffer
	forget()
}

# Is the statement the declaration of something of ours?
function ours(s,   name) {
	if (s ~ /^[ \t]*typedef[ \t]+struct[ \t]+_ERESOURCE[ \t]/) {
		print "typedef struct _ERESOURCE ERESOURCE, *PERESOURCE;"
		return 1
	}
	if (s ~ /^[ \t]*C_ASSERT[ \t]*\(.*ERESOURCE/)
		return 1
	# ndis.h and storport.h have once more what is in headers that they include.
	if (s ~ /^[ \t]*typedef[ \t]+(enum[ \t]+_NDIS_REQUEST_TYPE|struct[ \t]+_SCSI_WMI_REQUEST_BLOCK)[ \t]/)
		return 1
	# A function is the first word in front of a parenthesis; a pointer to one has ( in front.
	if (!match(s, /[A-Za-z_][A-Za-z_0-9]*[ \t]*\(/))
		return 0
	name = substr(s, RSTART, RLENGTH)
	sub(/[ \t]*\($/, "", name)
	return name in mine
}

BEGIN {
	# Inline there, and done with registers and addresses that are Windows' own.
	split("KfRaiseIrql KfLowerIrql KzRaiseIrql KzLowerIrql KeRaiseIrqlToSynchLevel " \
		"KeGetPcr KeGetCurrentProcessorNumber KI_USER_SHARED_DATA SharedUserData SharedInterruptTime " \
		"SharedSystemTime SharedTickCount KeQueryInterruptTime KeQuerySystemTime KeQueryTickCount " \
		"ExInitializeFastMutex", theirs)
	# A comma is missing.
	mine["NdisMWanIndicateReceiveComplete"] = 1
	for (i in theirs)
		mine[theirs[i]] = 1
}

FNR == NR {
	if (/^[a-z]/)
		wanted = /^(eresource|wdk\/(clock|exceptions|exlist|exspin|interlocked|lookaside|memory|pushlock|slist))\.h$/
	else if (wanted)
		for (i = 1; i <= NF; i++)
			mine[$i] = 1
	next
}

{
	line = $0
	sub(/\r$/, "", line)
	if (line ~ /^[ \t]*#[ \t]*include[ \t]*<(wdm|ntddk|ntifs)\.h>/) {
		gsub(/[<>]/, "\"", line)
	}
	# objtool knows which functions of the kernel do not return, and takes code to end too early after others.
	sub(/^DECLSPEC_NORETURN$/, "", line)

	# What is code in this line, without comments and strings.
	code = line
	gsub(/"([^"\\]|\\.)*"/, "\"\"", code)
	gsub(/'([^'\\]|\\.)*'/, "0", code)
	if (comment) {
		if (code !~ /\*\//) {
			buffer = buffer line "\n"
			next
		}
		sub(/.*\*\//, "", code)
		comment = 0
	}
	gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, " ", code)
	sub(/\/\/.*/, "", code)
	if (code ~ /\/\*/) {
		sub(/\/\*.*/, "", code)
		comment = 1
	}
}

# What is for C++ is left out, and what is for C alone is not asked about: both open a brace, and one closes.
code ~ /^[ \t]*#[ \t]*if(def[ \t]+|[ \t]+defined[ \t]*\(?)__cplusplus/ && !cxx {
	cxx = "skip"
	nested = 0
	next
}

cxx && code ~ /^[ \t]*#[ \t]*if/ {
	nested++
}

cxx && code ~ /^[ \t]*#[ \t]*(else|endif)/ && !nested {
	cxx = code ~ /else/ ? "keep" : ""
	next
}

cxx && code ~ /^[ \t]*#[ \t]*endif/ {
	nested--
}

cxx == "skip" {
	next
}

# A directive with its continuation lines. Inside of a statement it goes where that goes.
directive || code ~ /^[ \t]*#/ {
	if (!directive) {
		cut = 0
		if (match(code, /^[ \t]*#[ \t]*define[ \t]+[A-Za-z_0-9]+/)) {
			name = substr(code, RSTART, RLENGTH)
			sub(/.*[ \t]/, "", name)
			cut = name in mine
		}
	}
	directive = line ~ /\\$/
	if (cut)
		next
	if (depth == 0 && text ~ /^[ \t]*$/) {
		printf "%s%s\n", buffer, line
		forget()
	} else {
		buffer = buffer line "\n"
	}
	next
}

{
	buffer = buffer line "\n"
	text = text " " code
	opened = gsub(/\{/, "{", code)
	closed = gsub(/\}/, "}", code)
	depth += opened - closed
	if (depth == 0 && (code ~ /;[ \t]*$/ || (closed && text !~ /^[ \t]*typedef/ && text ~ /\).*\{/ && code ~ /\}[ \t]*$/))) {
		flush_statement()
	}
}

END {
	printf "%s", buffer
	if (FILENAME ~ /wdm\.h$/)
		print "#include \"wdk/driver_ddk.h\""
}
