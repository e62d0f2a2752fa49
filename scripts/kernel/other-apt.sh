#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# other-apt.sh SUITE|ARCHITECTURE: package lists of another suite of the same Debian mirror, or of this
# machine's suites for another architecture, in the cache, with apt directories of their own: the
# machine's sources, architectures and packages stay as they are. Prints the name of an apt
# configuration for APT_CONFIG. Exits with 77 if the mirror does not serve them.
set -eu
. "$(dirname "$0")/../lib.sh"

what=$1
dir=$cache/apt/$what
lock "apt-$what"

# Asking apt, not its files, spares parsing two formats of them.
# shellcheck disable=SC1091 # not ours
codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
# shellcheck disable=SC2016 # for apt to expand
suites=$(apt-get indextargets --format '$(ORIGIN) $(CODENAME) $(REPO_URI)' 'Identifier: Packages' |
	awk -v codename="$codename" '$1 == "Debian" && index($2, codename) == 1 { print $3, $2 }' | sort -u)
[ -n "$suites" ] || die "no source for $codename in this machine's apt configuration"

mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/state"
: >"$dir/status"
arch=$(dpkg --print-architecture)
case $what in
*-*) suites=$(echo "$suites" | sed -n "s/ $codename\$/ $what/p") ;;
*) arch=$what ;;
esac
echo "$suites" |
	sed 's,.*,deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] & main,' >"$dir/sources"
cat >"$dir/apt.conf" <<END
APT::Architecture "$arch";
APT::Architectures { "$arch"; };
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
	if APT_CONFIG=$dir/apt.conf step "looking at $what" "$dir/update.log" \
		apt-get -o APT::Update::Error-Mode=any update; then
		touch "$dir/updated"
	elif [ ! -e "$dir/updated" ]; then
		exit 77
	fi
fi
echo "$dir/apt.conf"
