// SPDX-License-Identifier: GPL-2.0-only
/* A kernel thread's own signal mask, in and after regions. */
#include <linux/sched/signal.h>

#include "protection.h"
#include "state.h"

/* The thread's own mask before and after, for every kind of region. */
static unsigned long wrong_after_region(void *data)
{
	const struct protection *p;
	unsigned long wrong = 0;
	sigset_t *mask = data;

	for (p = protections; p->name; p++) {
		sigprocmask(SIG_SETMASK, mask, NULL);
		p->begin();
		p->end();
		if (!sigequalsets(&current->blocked, mask))
			wrong |= BIT(p - protections);
	}
	block_one_signal(NULL);
	return wrong;
}

static void mask_is_restored_exactly(struct kunit *test)
{
	struct eres_actor *ignorant = eres_stage_actor(test, "ignorant");
	struct eres_actor *allows = eres_stage_actor(test, "allows");
	sigset_t masks[6];
	int i;

	for (i = 0; i < ARRAY_SIZE(masks); i++)
		sigemptyset(&masks[i]);
	sigaddset(&masks[1], SIGUSR1);
	sigaddset(&masks[2], SIGTERM);
	sigaddset(&masks[2], _NSIG);
	sigfillset(&masks[3]);
	sigfillset(&masks[4]);
	sigdelset(&masks[4], SIGUSR1);
	sigaddset(&masks[5], 1);
	sigaddset(&masks[5], SIGKILL);

	eres_actor_do(allows, allow_one_signal, (void *)SIGUSR1);
	for (i = 0; i < ARRAY_SIZE(masks); i++) {
		KUNIT_EXPECT_EQ_MSG(test, eres_actor_do(ignorant,
							wrong_after_region,
							&masks[i]),
				    0, "mask %d", i);
		KUNIT_EXPECT_EQ_MSG(test, eres_actor_do(allows,
							wrong_after_region,
							&masks[i]),
				    0, "mask %d", i);
	}
}

/* What a kernel thread can make of a signal but to ignore it. */
static const struct handler {
	const char *name;
	long action;
} handlers[] = {
	{ "default", (__force long)SIG_DFL },
	/* As allow_signal() and allow_kernel_signal() do. */
	{ "allowed", 2 },
	{ "allowed, of the kernel", 3 },
	{}
};

static bool blocks_only(int first, int second)
{
	sigset_t mask;

	sigemptyset(&mask);
	if (first)
		sigaddset(&mask, first);
	if (second)
		sigaddset(&mask, second);
	return sigequalsets(&current->blocked, &mask);
}

static void set_handler(int sig, long action)
{
	if (sig)
		kernel_sigaction(sig, (__force __sighandler_t)action);
}

/* Are these two, or one if @second is 0, blocked in a region, and nothing else? */
static bool are_held(int first, long action, int second, long other)
{
	bool held;

	set_handler(first, action);
	set_handler(second, other);
	KeEnterCriticalRegion();
	held = blocks_only(first, second);
	KeLeaveCriticalRegion();
	held &= blocks_only(0, 0);
	set_handler(first, (__force long)SIG_IGN);
	set_handler(second, (__force long)SIG_IGN);
	return held;
}

/* The first signal that is not held, alone or with its neighbour. */
static unsigned long first_not_held(void *data)
{
	const struct handler *one = data, *other;
	int sig;

	for (sig = 1; sig <= _NSIG; sig++) {
		if (!are_held(sig, one->action, 0, 0))
			return sig;
		for (other = handlers; other->name; other++)
			if (!are_held(sig, one->action, sig % _NSIG + 1,
				      other->action))
				return sig;
	}
	return 0;
}

static void each_allowed_signal_is_held(struct kunit *test)
{
	const struct handler *handler;

	for (handler = handlers; handler->name; handler++) {
		struct eres_actor *actor = eres_stage_actor(test, handler->name);

		KUNIT_EXPECT_EQ_MSG(test, eres_actor_do(actor, first_not_held,
							(void *)handler),
				    0, "%s", handler->name);
	}
}

static void own_blocked_signal_stays_blocked(struct kunit *test)
{
	struct eres_actor *actor = eres_stage_actor(test, "blocker");
	const struct protection *p;

	eres_actor_do(actor, allow_one_signal, (void *)SIGUSR1);
	for (p = protections; p->name; p++) {
		eres_actor_do(actor, block_one_signal, (void *)SIGUSR1);
		/* Queued before one region, in effect after another. */
		send_sig(SIGUSR1, eres_actor_task(actor), 0);
		eres_actor_do(actor, begin_protection, (void *)p);
		eres_actor_do(actor, end_protection, (void *)p);
		KUNIT_EXPECT_EQ_MSG(test, eres_actor_do(actor, is_any_signal_pending, NULL),
				    0, "%s", p->name);
		KUNIT_EXPECT_EQ_MSG(test, eres_actor_do(actor, is_signal_queued,
							(void *)SIGUSR1),
				    1, "%s", p->name);
		eres_actor_do(actor, block_one_signal, NULL);
		KUNIT_EXPECT_EQ_MSG(test, eres_actor_do(actor, take_pending_signal, NULL),
				    SIGUSR1, "%s", p->name);

		/* Sent inside. */
		eres_actor_do(actor, block_one_signal, (void *)SIGUSR1);
		eres_actor_do(actor, begin_protection, (void *)p);
		send_sig(SIGUSR1, eres_actor_task(actor), 0);
		eres_actor_do(actor, end_protection, (void *)p);
		KUNIT_EXPECT_EQ_MSG(test, eres_actor_do(actor, is_any_signal_pending, NULL),
				    0, "%s", p->name);
		eres_actor_do(actor, block_one_signal, NULL);
		KUNIT_EXPECT_EQ_MSG(test, eres_actor_do(actor, take_pending_signal, NULL),
				    SIGUSR1, "%s", p->name);
	}
}

/* Blocked by the thread, a signal is queued even where it would be ignored. */
static void own_block_holds_inside(struct kunit *test)
{
	struct eres_actor *actor = eres_stage_actor(test, "blocker");
	const struct protection *p;

	eres_actor_do(actor, allow_one_signal, (void *)SIGUSR1);
	for (p = protections; p->name; p++) {
		eres_actor_do(actor, block_one_signal, (void *)SIGUSR2);
		eres_actor_do(actor, begin_protection, (void *)p);
		send_sig(SIGUSR2, eres_actor_task(actor), 0);
		eres_actor_do(actor, end_protection, (void *)p);
		KUNIT_EXPECT_EQ_MSG(test, eres_actor_do(actor, is_signal_queued,
							(void *)SIGUSR2),
				    1, "%s", p->name);
		eres_actor_do(actor, block_one_signal, NULL);
		KUNIT_EXPECT_EQ_MSG(test, eres_actor_do(actor,
							take_pending_signal,
							NULL),
				    SIGUSR2, "%s", p->name);
	}
}

static struct kunit_case signal_mask_cases[] = {
	KUNIT_CASE(mask_is_restored_exactly),
	KUNIT_CASE(each_allowed_signal_is_held),
	KUNIT_CASE(own_blocked_signal_stays_blocked),
	KUNIT_CASE(own_block_holds_inside),
	{}
};

static struct kunit_suite signal_mask_suite = {
	.name = "eresource_signal_mask",
	.init = eres_stage_init,
	.test_cases = signal_mask_cases,
};

kunit_test_suite(signal_mask_suite);
