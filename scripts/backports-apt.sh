#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# backports-apt.sh SUITE: package lists of another suite of the same Debian mirror, in the cache, with
# apt directories of their own: the machine's sources and packages stay as they are. Prints the
# name of an apt configuration for APT_CONFIG. Exits with 77 if the mirror does not serve SUITE.
set -eu
. "$(dirname "$0")/lib.sh"

suite=$1
dir=$cache/apt/$suite
lock "apt-$suite"

# Asking apt, not its files, spares parsing two formats of them.
# shellcheck disable=SC1091 # not ours
codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
# shellcheck disable=SC2016 # for apt to expand
mirror=$(apt-get indextargets --format '$(RELEASE) $(CODENAME) $(REPO_URI)' 'Identifier: Packages' |
	awk -v codename="$codename" '$1 == codename || $2 == codename { print $NF; exit }')
[ -n "$mirror" ] || die "no source for $codename in this machine's apt configuration"

mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/state"
: >"$dir/status"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$dir/sources"
cat >"$dir/apt.conf" <<END
Dir::State "$dir/state";
Dir::State::lists "$dir/lists";
Dir::State::status "$dir/status";
Dir::Cache "$dir/cache";
Dir::Etc::sourcelist "$dir/sources";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Acquire::Languages "none";
END
# The cache may be where the user that apt would download as cannot write.
[ "$(id -u)" -ne 0 ] || echo 'APT::Sandbox::User "root";' >>"$dir/apt.conf"

# Looked at once a day. Without a network, yesterday's lists will do.
if [ -z "$(find "$dir/updated" -mmin -1440 2>/dev/null)" ]; then
	if APT_CONFIG=$dir/apt.conf step "looking at $suite" "$dir/update.log" \
		apt-get -o APT::Update::Error-Mode=any update; then
		touch "$dir/updated"
	elif [ ! -e "$dir/updated" ]; then
		exit 77
	fi
fi
echo "$dir/apt.conf"
