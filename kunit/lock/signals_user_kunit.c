// SPDX-License-Identifier: GPL-2.0-only
/*
 * Regions hold signals off: user threads. What happens is described and
 * checked in user/; a case here runs the one of the same name there.
 */
#include <linux/debug_locks.h>
#include <linux/sched/signal.h>

#include "parameters.h"
#include "region.h"
#include "reports.h"
#include "userproc.h"

/* One that is right, and therefore silent. */
#define USER_CASE(name)							\
static void name(struct kunit *test)					\
{									\
	eres_userproc_run(test, #name);					\
	eres_expect_no_report(test, test->priv);			\
}

USER_CASE(signal_is_delivered_after_leave)
USER_CASE(signal_to_thread_is_delivered_after_leave)
USER_CASE(handler_runs_after_leave)
USER_CASE(signal_waits_for_outermost_leave)
USER_CASE(signal_ends_thread_only_after_release)
USER_CASE(signal_is_held_off_at_apc_level)
USER_CASE(stop_waits_for_leave)
USER_CASE(kill_waits_for_leave)
USER_CASE(signal_from_before_is_held_off)
USER_CASE(sibling_gets_the_signal)
USER_CASE(mask_is_restored_exactly)
USER_CASE(all_signals_are_blocked_inside)
USER_CASE(own_blocked_signal_stays_blocked)
USER_CASE(kill_does_not_end_wait)
USER_CASE(group_kill_does_not_end_exclusive_wait)
USER_CASE(group_kill_does_not_end_shared_wait)
USER_CASE(group_exit_does_not_end_exclusive_wait)
USER_CASE(group_fault_does_not_end_shared_wait)
USER_CASE(group_kill_leaves_no_lock_behind)
USER_CASE(group_stop_leaves_no_lock_behind)
USER_CASE(deviation_group_kill_ends_killable_wait)
USER_CASE(deviation_group_stop_ends_interruptible_wait)
USER_CASE(deviation_task_work_ends_interruptible_wait)
USER_CASE(acquire_and_release_in_region_are_silent)
USER_CASE(child_has_mask_from_before_section)
USER_CASE(child_has_mask_of_parent_outside)
USER_CASE(child_can_be_stopped_and_killed)
USER_CASE(vfork_child_can_be_killed)
USER_CASE(thread_made_in_region_takes_the_signal)
USER_CASE(exiting_thread_waits)

/* The kernel has a work item start it, whoever asks. */
static void helper_has_no_signal_blocked(struct kunit *test)
{
	allow_signal(SIGUSR1);
	KeEnterCriticalRegion();
	KUNIT_EXPECT_TRUE(test, sigismember(&current->blocked, SIGUSR1));
	eres_userproc_run(test, "helper_has_no_signal_blocked");
	KeLeaveCriticalRegion();
	disallow_signal(SIGUSR1);
	eres_expect_no_report(test, test->priv);
}

static void expect_rule(struct kunit *test, struct eres_reports *reports,
			unsigned int n, enum eres_verifier_code rule)
{
	KUNIT_EXPECT_EQ(test, reports->seen[n].code, ERES_VERIFIER);
	KUNIT_EXPECT_EQ(test, reports->seen[n].param[0], rule);
	KUNIT_EXPECT_EQ(test, reports->seen[n].param[1], PASSIVE_LEVEL);
	KUNIT_EXPECT_EQ(test, reports->seen[n].param[2], 0);
	KUNIT_EXPECT_PTR_EQ(test, (const void *)reports->seen[n].param[3],
			    (const void *)reports->seen[n].resource);
}

/* The program acquires shared and exclusive, and releases, outside. */
static void acquire_and_release_outside_region_are_reported(struct kunit *test)
{
	struct eres_reports *reports = test->priv;
	unsigned int i;

	eres_userproc_run(test, "acquire_and_release_in_region_are_silent");
	eres_expect_no_report(test, reports);

	eres_userproc_run(test,
			  "acquire_and_release_outside_region_are_reported");
	KUNIT_EXPECT_EQ(test, eres_reports_count(reports), 4);
	for (i = 0; i < 4; i += 2) {
		expect_rule(test, reports, i, ERES_V_ACQUIRE_APCS_ENABLED);
		expect_rule(test, reports, i + 1, ERES_V_RELEASE_APCS_ENABLED);
	}
	eres_reports_forget(reports);
}

static void region_lasts_through_user_mode(struct kunit *test)
{
	struct eres_reports *reports = test->priv;

	eres_userproc_run(test, "region_lasts_through_user_mode");
	eres_expect_no_report(test, reports);
}

/* Nor does lockdep mind: the thread is not what the resource waits for. */
static void ownership_lasts_through_user_mode(struct kunit *test)
{
	struct eres_reports *reports = test->priv;

	eres_userproc_run(test, "ownership_lasts_through_user_mode");
	eres_expect_no_report(test, reports);
#ifdef CONFIG_PROVE_LOCKING
	KUNIT_EXPECT_TRUE(test, READ_ONCE(debug_locks));
#endif
}

static void exit_in_region_is_reported(struct kunit *test)
{
	struct eres_reports *reports = test->priv;

	eres_userproc_run(test, "exit_in_region_is_reported");
	eres_expect_report(test, reports, ERES_KERNEL_APC_PENDING_DURING_EXIT,
			   0, 0xffffffff, PASSIVE_LEVEL, 0);
}

/* As a signal that it had been sent before would not have let it. */
static void exit_with_signal_held_off(struct kunit *test)
{
	struct eres_reports *reports = test->priv;

	eres_userproc_run(test, "exit_with_signal_held_off");
	eres_expect_report(test, reports, ERES_KERNEL_APC_PENDING_DURING_EXIT,
			   0, 0xffff, PASSIVE_LEVEL, 0);
}

static struct kunit_case signals_user_cases[] = {
	KUNIT_CASE(signal_is_delivered_after_leave),
	KUNIT_CASE(signal_to_thread_is_delivered_after_leave),
	KUNIT_CASE(handler_runs_after_leave),
	KUNIT_CASE(signal_waits_for_outermost_leave),
	KUNIT_CASE(signal_ends_thread_only_after_release),
	KUNIT_CASE(signal_is_held_off_at_apc_level),
	KUNIT_CASE(stop_waits_for_leave),
	KUNIT_CASE(kill_waits_for_leave),
	KUNIT_CASE(signal_from_before_is_held_off),
	KUNIT_CASE(sibling_gets_the_signal),
	KUNIT_CASE(mask_is_restored_exactly),
	KUNIT_CASE(all_signals_are_blocked_inside),
	KUNIT_CASE(own_blocked_signal_stays_blocked),
	KUNIT_CASE(kill_does_not_end_wait),
	KUNIT_CASE(group_kill_does_not_end_exclusive_wait),
	KUNIT_CASE(group_kill_does_not_end_shared_wait),
	KUNIT_CASE(group_exit_does_not_end_exclusive_wait),
	KUNIT_CASE(group_fault_does_not_end_shared_wait),
	KUNIT_CASE(group_kill_leaves_no_lock_behind),
	KUNIT_CASE(group_stop_leaves_no_lock_behind),
	KUNIT_CASE(deviation_group_kill_ends_killable_wait),
	KUNIT_CASE(deviation_group_stop_ends_interruptible_wait),
	KUNIT_CASE(deviation_task_work_ends_interruptible_wait),
	KUNIT_CASE(acquire_and_release_in_region_are_silent),
	KUNIT_CASE(child_has_mask_from_before_section),
	KUNIT_CASE(child_has_mask_of_parent_outside),
	KUNIT_CASE(child_can_be_stopped_and_killed),
	KUNIT_CASE(vfork_child_can_be_killed),
	KUNIT_CASE(thread_made_in_region_takes_the_signal),
	KUNIT_CASE(exiting_thread_waits),
	KUNIT_CASE(exit_with_signal_held_off),
	KUNIT_CASE(helper_has_no_signal_blocked),
	KUNIT_CASE(acquire_and_release_outside_region_are_reported),
	KUNIT_CASE(region_lasts_through_user_mode),
	KUNIT_CASE(ownership_lasts_through_user_mode),
	KUNIT_CASE(exit_in_region_is_reported),
	{}
};

static struct kunit_suite signals_user_suite = {
	.name = "eresource_signals_user",
	.init = eres_userproc_suite_init,
	.test_cases = signals_user_cases,
};

kunit_test_suite(signals_user_suite);
