#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# try-new.sh: makes DRIVER=DIR, with a small driver, its Kbuild and a try.sh, to begin with.
set -eu
. "$(dirname "$0")/lib.sh"
usage 0 0 "$@"

driver=${DRIVER:-}
[ -n "$driver" ] || die 'where to? DRIVER=DIR'
[ ! -e "$driver" ] || die "$driver is there already"
name=$(basename "$driver" | tr -c 'A-Za-z0-9\n' _)
case $name in
[0-9]*) die "no name for a module: $name" ;;
esac

mkdir -p "$driver"
for file in Kbuild mydriver.c try.sh; do
	sed "s/mydriver/$name/g" "$top/samples/mydriver/$file" >"$driver/$(echo "$file" | sed "s/mydriver/$name/")"
done
note "$driver: $name.c, Kbuild, and try.sh, which the guest runs. Now: make try DRIVER=$driver"
