# SPDX-License-Identifier: GPL-2.0-only
# Sourced by the scripts that run a guest until init.sh says how it ended, after lib.sh.
# shellcheck shell=sh disable=SC2154,SC2034

# What goes wrong for good ends in a panic, and a panic ends the guest. A clock that the host drives
# is steady: a watchdog over it would only measure how busy the host is. insmod counts as hung while
# a KUnit case runs, so the limit is more than the longest case takes on a busy host.
guest_arguments="panic=-1 oops=panic sysctl.kernel.hung_task_panic=1 softlockup_panic=1 \
sysctl.kernel.hung_task_check_interval_secs=10 sysctl.kernel.hung_task_timeout_secs=120 ignore_loglevel"

# guest_begin DIR: removes what an earlier run left there; sets token.
guest_begin() {
	mkdir -p "$1"
	rm -f "$1/console.log" "$1/output" "$1/port"
	echo 0 >"$1/status"
	token=$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
}

# guest_judge DIR SECONDS: makes DIR/output of DIR/port; fails unless init.sh said success there.
# DIR/status has the status of the program that ran the guest, DIR/errors what it said.
guest_judge() {
	# The port's own log, not a pipe, is what counts.
	touch "$1/port" "$1/console.log"
	sed "/^$token /d" "$1/port" >"$1/output"
	! grep -Fqx "$token success" "$1/port" || return 0
	cat "$1/errors" >&2
	verdict=$(sed -n "s/^$token //p" "$1/port" | tail -n 1)
	case ${verdict:-$(cat "$1/status")} in
	failed*) note "$verdict" ;;
	124 | 137) note "the guest was still running after $2 s and was ended" ;;
	*) note 'the guest ended without a verdict' ;;
	esac
	return 1
}
