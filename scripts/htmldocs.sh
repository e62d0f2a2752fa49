#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# htmldocs.sh: makes HTML of Documentation/ and of the kernel-doc of the sources, by Sphinx and the kernel's
# own extension for it; prints the directory. A warning is a failure. Exits with 77 if the archive does
# not serve what it takes.
set -eu
. "$(dirname "$0")/lib.sh"
usage 0 0 "$@"

"$scripts/build/install-deps.sh" docs
KERNEL_SOURCE=$("$scripts/kernel/fetch-source.sh" 6.12)
export KERNEL_SOURCE

run=$own/htmldocs
lock "htmldocs-${own##*/}"
# All anew: warnings of pages that have not changed are not repeated otherwise. No bytecode beside conf.py.
rm -rf "$run"
mkdir -p "$run"
PYTHONDONTWRITEBYTECODE=1 sphinx-build -q -W --keep-going -E -d "$run/doctrees" \
	"$top/Documentation" "$run/html" >"$run/log" 2>&1 || {
	cat "$run/log" >&2
	note 'FAILED: Documentation/ has warnings'
	exit 1
}
# A page that is empty because kernel-doc did not run would be no warning.
for name in ExAcquireResourceExclusiveLite ERES_CHECKED_CALL KeWaitForSingleObject; do
	grep -q "id=\"c\.$name\"" "$run/html/api.html" || die "api.html: $name is missing"
done
# A file of routines that nobody has listed there would be no warning either.
missing=$(cd "$top" && grep -rlZ '^EXPORT_SYMBOL_GPL' shim/wdmsync | xargs -0 grep -l '^/\*\*' | while read -r file; do
	grep -q "^\.\. kernel-doc:: $file$" Documentation/api.rst || echo "$file"
done)
[ -z "$missing" ] || die "Documentation/api.rst has nothing of $(echo "$missing" | tr "\n" " ")"
echo "$run/html/index.html"
