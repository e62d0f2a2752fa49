#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# merge-ktap.sh SUITES: turn the per-suite documents that guest-kunit.sh writes (stdin) into the one
# that kunit.py parse wants. SUITES is the plan: how many there have to be.
set -eu

awk -v plan="$1" '
BEGIN {
	print "KTAP version 1"
	print "1.." plan
}

# Each document starts with a version and a plan of its own, for the one suite in it.
/^eresource-results: / {
	head = 2
	suite++
	next
}

head {
	head--
	next
}

/^(not )?ok 1 / {
	sub(/ok 1 /, "ok " suite " ")
}

{
	print
}'
