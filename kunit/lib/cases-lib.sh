# SPDX-License-Identifier: GPL-2.0-only
# Sourced by the suites that are scripts: see-test.sh and unload-test.sh. A case is a function of its name; what it
# finds wrong it tells with complain, and goes on. run_cases prints KTAP.
# shellcheck shell=sh

number=0
failed=0
problem=
skip=

complain() {
	echo "    # $*"
	problem=yes
}

expect() {
	"$@" || complain "not so: $*"
}

refuse() {
	! "$@" || complain "should have failed: $*"
}

# The rest of the case can not be done here: WHY.
skip() {
	skip=" # SKIP $*"
}

# Run a command for at most twenty seconds until it succeeds.
poll() {
	tries=0
	while [ $((tries += 1)) -le 40 ]; do
		"$@" && return
		sleep 0.5
	done
	complain "never came: $*"
	return 1
}

# What follows on the console is on purpose, and must contain TEXT.
announce() {
	announced=$1
	echo "eresource-expect-begin: $announced" >/dev/kmsg
}

announced_came() {
	dmesg | sed -n '/eresource-expect-begin: /h;//!H;$!d;x;p' | grep -v 'eresource-expect' |
		grep -Fq "$announced"
}

end_announced() {
	expect announced_came
	echo "eresource-expect-end: $announced" >/dev/kmsg
}

tracing=/sys/kernel/tracing

# trace_by TRACER ROUTINE...: the routines of eresource.ko are traced from here on, until untrace. Fails
# if this kernel does not have it.
trace_by() {
	tracer=$1
	shift
	case $tracer in
	function_graph)
		grep -qw function_graph $tracing/available_tracers || return 1
		echo ':mod:eresource' >$tracing/set_ftrace_filter
		echo function_graph >$tracing/current_tracer
		;;
	return_probe)
		[ -e $tracing/kprobe_events ] || return 1
		for routine; do
			echo "r:cases/k_$routine eresource:$routine" >>$tracing/kprobe_events || return 1
		done
		echo 1 >$tracing/events/cases/enable
		;;
	fprobe)
		grep -q 'f\[:' $tracing/README || return 1
		for routine; do
			echo "f:cases/f_$routine $routine%return" >>$tracing/dynamic_events || return 1
		done
		echo 1 >$tracing/events/cases/enable
		;;
	esac
}

untrace() {
	[ ! -e $tracing/current_tracer ] || echo nop >$tracing/current_tracer
	[ ! -e $tracing/set_ftrace_filter ] || : >$tracing/set_ftrace_filter
	[ ! -e $tracing/events/cases ] || echo 0 >$tracing/events/cases/enable
	[ ! -e $tracing/dynamic_events ] || : >$tracing/dynamic_events
}

finish() {
	number=$((number + 1))
	if [ -z "$problem" ]; then
		echo "    ok $number $1$skip"
	else
		echo "    not ok $number $1"
		failed=$((failed + 1))
	fi
	problem=
	skip=
}

# run_cases SUITE CASE...: these, or those of them that ONLY names.
run_cases() {
	suite=$1
	shift
	# shellcheck disable=SC2086 # words are wanted
	[ -z "${ONLY:-}" ] || set -- $ONLY
	echo 'KTAP version 1'
	echo '1..1'
	echo '    KTAP version 1'
	echo "    # Subtest: $suite"
	echo "    1..$#"
	for case; do
		$case
		finish "$case"
	done
	if [ "$failed" -eq 0 ]; then
		echo "ok 1 $suite"
	else
		echo "not ok 1 $suite"
	fi
	[ "$failed" -eq 0 ]
}
