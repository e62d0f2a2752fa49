#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# patch-file.sh TREE IGNORE FILE: the checkpatch of the kernel in TREE on FILE, strictly, less the types
# in IGNORE. A file that passed is not looked at again, in any checkout, until it changes.
set -eu
. "$(dirname "$0")/../lib.sh"

passed=$cache/patch-file/$({
	printf '%s\n' "$@"
	cat "$0" "$3"
} | sha256sum | cut -d ' ' -f 1)
[ ! -e "$passed" ] || exit 0

# Without a repository in sight, SPDX tags are left to us: its own check of them needs the kernel's.
GIT_DIR=/none "$1/scripts/checkpatch.pl" --root="$1" --quiet --show-types --strict \
	--ignore "CAMELCASE,NEW_TYPEDEFS$2" --no-summary -f "$3"

mkdir -p "${passed%/*}"
touch "$passed"
