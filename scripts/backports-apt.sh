#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# backports-apt.sh SUITE: as other-apt.sh.
exec "$(dirname "$0")/other-apt.sh" "$@"
