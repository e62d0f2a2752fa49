#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# cocci-file.sh DIR PATCH: what the semantic patch of a kernel in the file PATCH reports about the sources
# in DIR; silent if nothing. With the options that its head names, as the kernel's coccicheck, which stops
# at the few that want a compiler of OCaml.
set -eu

options=$(sed -n 's,^//* *Options: ,,p' "$2" | head -n 1)
# shellcheck disable=SC2086 # words
spatch -D report --very-quiet --no-show-diff $options --cocci-file "$2" --dir "$1"
