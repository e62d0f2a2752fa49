// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tracepoints: what happens to a resource is told once, in order, under the
 * resource's address and name. Other threads' events are left out by address.
 */
#include <linux/spinlock.h>
#include <trace/events/lock.h>

#include "probes.h"
#include "state.h"

#define KEPT 32
#define VALUE ((ULONG_PTR)0xabcdef0 | 3)

enum event {
	ACQUIRE,
	CONTENDED,
	ACQUIRED,
	RELEASE,
	CONVERT,
	OWNER_POINTER,
	ENTER,
	LEAVE,
	MISUSE,
	BEGIN,
	END,
};

/* What was told: the event, who did it, and the event's own number. */
struct told {
	enum event event;
	const struct task_struct *task;
	unsigned long number;
	char name[32];
};

struct trace_test {
	struct eres_stage *stage;
	/* Whose regions are told. */
	struct task_struct *self;
	raw_spinlock_t lock;
	unsigned int count;
	struct told told[KEPT];
};

static void tell(struct trace_test *trace, const void *r, enum event event,
		 unsigned long number, const char *name)
{
	unsigned long flags;

	if (r != trace->stage->res)
		return;
	raw_spin_lock_irqsave(&trace->lock, flags);
	if (trace->count < KEPT) {
		struct told *told = &trace->told[trace->count];

		told->event = event;
		told->task = current;
		told->number = number;
		strscpy(told->name, name, sizeof(told->name));
	}
	trace->count++;
	raw_spin_unlock_irqrestore(&trace->lock, flags);
}

static void on_acquire(void *data, ERESOURCE *r, const char *name, int request,
		       bool wait, const void *caller)
{
	tell(data, r, ACQUIRE, request << 1 | wait, name);
}

static void on_contended(void *data, ERESOURCE *r, const char *name,
			 int request, bool wait, const void *caller)
{
	tell(data, r, CONTENDED, request, name);
}

static void on_acquired(void *data, ERESOURCE *r, const char *name, int request,
			u64 wait_ns)
{
	tell(data, r, ACQUIRED, wait_ns, name);
}

static void on_release(void *data, const void *r, unsigned long owner,
		       const void *caller)
{
	tell(data, r, RELEASE, owner, "");
}

static void on_convert(void *data, const void *r, unsigned long owner,
		       const void *caller)
{
	tell(data, r, CONVERT, owner, "");
}

static void on_owner_pointer(void *data, const void *r, unsigned long owner,
			     const void *caller)
{
	tell(data, r, OWNER_POINTER, owner, "");
}

static void on_region(struct trace_test *trace, enum event event, bool guarded,
		      int count)
{
	if (current == trace->self)
		tell(trace, trace->stage->res, event, guarded ? -count : count,
		     "");
}

static void on_enter(void *data, bool guarded, int count, const void *caller)
{
	on_region(data, ENTER, guarded, count);
}

static void on_leave(void *data, bool guarded, int count, const void *caller)
{
	on_region(data, LEAVE, guarded, count);
}

static void on_misuse(void *data, unsigned int code, const unsigned long *param,
		      unsigned long first, const char *routine,
		      const void *object, const void *caller)
{
	tell(data, object, MISUSE, code, routine);
}

static void on_contention_begin(void *data, void *lock, unsigned int flags)
{
	tell(data, lock, BEGIN, flags, "");
}

static void on_contention_end(void *data, void *lock, int ret)
{
	tell(data, lock, END, ret, "");
}

static void expect(struct kunit *test, struct trace_test *trace,
		   unsigned int n, enum event event,
		   const struct task_struct *task, unsigned long number)
{
	struct told *told = &trace->told[n];

	KUNIT_EXPECT_LT(test, n, trace->count);
	KUNIT_EXPECT_EQ_MSG(test, told->event, event, "event %u", n);
	KUNIT_EXPECT_PTR_EQ_MSG(test, told->task, task, "event %u", n);
	KUNIT_EXPECT_EQ_MSG(test, told->number, number, "event %u", n);
	if (event <= ACQUIRED)
		KUNIT_EXPECT_STREQ(test, told->name, "stage->res");
}

/* The probes, attached; nothing is told before. */
static struct trace_test *attach(struct kunit *test)
{
	struct trace_test *trace = kunit_kzalloc(test, sizeof(*trace),
						 GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, trace);
	trace->stage = test->priv;
	raw_spin_lock_init(&trace->lock);
	eres_probe_attach(test, "eres_acquire", on_acquire, trace);
	eres_probe_attach(test, "eres_contended", on_contended, trace);
	eres_probe_attach(test, "eres_acquired", on_acquired, trace);
	eres_probe_attach(test, "eres_release", on_release, trace);
	eres_probe_attach(test, "eres_convert", on_convert, trace);
	eres_probe_attach(test, "eres_owner_pointer", on_owner_pointer, trace);
	eres_probe_attach(test, "eres_misuse", on_misuse, trace);
	return trace;
}

#define ASKS(routine, wait) ((routine) << 1 | (wait))

static void what_a_thread_does_is_told_in_order(struct kunit *test)
{
	struct trace_test *trace = attach(test);
	PERESOURCE res = trace->stage->res;
	ERESOURCE_THREAD self = ExGetCurrentResourceThread();

	eres_take(ERES_SELF, ERES_EXCLUSIVE, res);
	eres_try(ERES_SELF, ERES_SHARED, res);
	eres_convert(ERES_SELF, res);
	eres_drop(ERES_SELF, res, 1);
	ExSetResourceOwnerPointer(res, (PVOID)VALUE);
	eres_leave(ERES_SELF, 1);
	ExReleaseResourceForThreadLite(res, VALUE);

	KUNIT_EXPECT_EQ(test, trace->count, 8);
	expect(test, trace, 0, ACQUIRE, current, ASKS(ERES_EXCLUSIVE, true));
	expect(test, trace, 1, ACQUIRED, current, 0);
	expect(test, trace, 2, ACQUIRE, current, ASKS(ERES_SHARED, false));
	expect(test, trace, 3, ACQUIRED, current, 0);
	expect(test, trace, 4, CONVERT, current, self);
	expect(test, trace, 5, RELEASE, current, self);
	expect(test, trace, 6, OWNER_POINTER, current, VALUE);
	expect(test, trace, 7, RELEASE, current, VALUE);
	eres_expect_no_report(test, &trace->stage->reports);
	eres_expect_free(test, res);
}

/* The counter that each enter and leave results in: guarded ones negated. */
static void regions_are_told_with_their_counter(struct kunit *test)
{
	struct trace_test *trace = attach(test);

	trace->self = current;
	eres_probe_attach(test, "eres_region_enter", on_enter, trace);
	eres_probe_attach(test, "eres_region_leave", on_leave, trace);
	KeEnterCriticalRegion();
	FsRtlEnterFileSystem();
	KeEnterGuardedRegion();
	FsRtlExitFileSystem();
	KeLeaveGuardedRegion();
	KeLeaveCriticalRegion();

	KUNIT_EXPECT_EQ(test, trace->count, 6);
	expect(test, trace, 0, ENTER, current, -1);
	expect(test, trace, 1, ENTER, current, -2);
	expect(test, trace, 2, ENTER, current, 1);
	expect(test, trace, 3, LEAVE, current, -1);
	expect(test, trace, 4, LEAVE, current, 0);
	expect(test, trace, 5, LEAVE, current, 0);
	eres_expect_no_report(test, &trace->stage->reports);
}

/* A refused request is no acquisition. */
static void refused_request_is_not_acquired(struct kunit *test)
{
	struct trace_test *trace = attach(test);
	struct eres_actor *other = eres_stage_actor(test, "other");
	PERESOURCE res = trace->stage->res;

	eres_take(ERES_SELF, ERES_EXCLUSIVE, res);
	KUNIT_EXPECT_FALSE(test, eres_try(other, ERES_SHARED, res));
	eres_drop(ERES_SELF, res, 1);

	KUNIT_EXPECT_EQ(test, trace->count, 4);
	expect(test, trace, 2, ACQUIRE, eres_actor_task(other),
	       ASKS(ERES_SHARED, false));
	expect(test, trace, 3, RELEASE, current, ExGetCurrentResourceThread());
	eres_expect_free(test, res);
}

/* Who waits is contended, then acquires, having waited about that long. */
static void wait_is_told_with_its_time(struct kunit *test)
{
	struct trace_test *trace = attach(test);
	struct eres_actor *waiter = eres_stage_actor(test, "waiter");
	PERESOURCE res = trace->stage->res;
	enum eres_routine routine;

	for (routine = ERES_EXCLUSIVE; routine <= ERES_WAIT_FOR; routine++) {
		bool exclusive = routine == ERES_EXCLUSIVE;
		struct told *told;
		u64 began, held;

		trace->count = 0;
		eres_take(ERES_SELF, ERES_EXCLUSIVE, res);
		began = ktime_get_ns();
		eres_ask(waiter, routine, res);
		ERES_EXPECT(test, res, exclusive, !exclusive,
			    OWNS_EXCLUSIVE(ERES_SELF, 1), WAITS(waiter));
		usleep_range(2000, 3000);
		eres_drop(ERES_SELF, res, 1);
		KUNIT_EXPECT_TRUE(test, eres_granted(waiter));
		held = ktime_get_ns() - began;

		told = &trace->told[5];
		KUNIT_EXPECT_EQ(test, trace->count, 6);
		expect(test, trace, 2, ACQUIRE, eres_actor_task(waiter),
		       ASKS(routine, true));
		expect(test, trace, 3, CONTENDED, eres_actor_task(waiter),
		       routine);
		expect(test, trace, 4, RELEASE, current,
		       ExGetCurrentResourceThread());
		expect(test, trace, 5, ACQUIRED, eres_actor_task(waiter),
		       told->number);
		KUNIT_EXPECT_GE(test, told->number, 2000 * NSEC_PER_USEC);
		KUNIT_EXPECT_LE(test, told->number, held);
		eres_drop(waiter, res, 1);
		eres_expect_free(test, res);
	}
}

/* Right is silent; wrong is told once, and the lock is none the worse. */
static void misuse_is_told_once(struct kunit *test)
{
	struct trace_test *trace = attach(test);
	PERESOURCE res = trace->stage->res;

	eres_take(ERES_SELF, ERES_SHARED, res);
	eres_drop(ERES_SELF, res, 1);
	KUNIT_EXPECT_EQ(test, trace->count, 3);

	trace->count = 0;
	KeEnterCriticalRegion();
	ExReleaseResourceLite(res);
	KeLeaveCriticalRegion();
	eres_expect_report(test, &trace->stage->reports,
			   ERES_RESOURCE_NOT_OWNED, res,
			   ExGetCurrentResourceThread(), 0, 0);
	KUNIT_EXPECT_EQ(test, trace->count, 2);
	expect(test, trace, 1, MISUSE, current, ERES_RESOURCE_NOT_OWNED);
	KUNIT_EXPECT_STREQ(test, trace->told[1].name, "ExReleaseResourceLite");
	eres_expect_free(test, res);
}

static void detach_contention(void *data)
{
	unregister_trace_contention_begin(on_contention_begin, data);
	unregister_trace_contention_end(on_contention_end, data);
	tracepoint_synchronize_unregister();
}

static struct trace_test *attach_contention(struct kunit *test)
{
	struct trace_test *trace = kunit_kzalloc(test, sizeof(*trace),
						 GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, trace);
	trace->stage = test->priv;
	raw_spin_lock_init(&trace->lock);
	KUNIT_ASSERT_EQ(test, 0,
			register_trace_contention_begin(on_contention_begin,
							trace));
	KUNIT_ASSERT_EQ(test, 0,
			register_trace_contention_end(on_contention_end, trace));
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, detach_contention, trace));
	return trace;
}

/* What "perf lock contention" sees: the resource's address, and in which mode. */
static void contention_is_told_under_the_address(struct kunit *test)
{
	struct trace_test *trace = attach_contention(test);
	struct eres_actor *waiter = eres_stage_actor(test, "waiter");
	PERESOURCE res = trace->stage->res;
	enum eres_routine routine;

	eres_expect_free(test, res);
	KUNIT_EXPECT_EQ(test, trace->count, 0);
	for (routine = ERES_EXCLUSIVE; routine <= ERES_WAIT_FOR; routine++) {
		bool exclusive = routine == ERES_EXCLUSIVE;
		unsigned int mode = exclusive ? LCB_F_WRITE : LCB_F_READ;

		trace->count = 0;
		eres_take(ERES_SELF, ERES_EXCLUSIVE, res);
		eres_ask(waiter, routine, res);
		KUNIT_EXPECT_TRUE(test, ERES_POLL(eres_actor_blocked(waiter)));
		eres_drop(ERES_SELF, res, 1);
		KUNIT_EXPECT_TRUE(test, eres_granted(waiter));

		KUNIT_EXPECT_EQ(test, trace->count, 2);
		KUNIT_EXPECT_EQ(test, trace->told[0].event, BEGIN);
		KUNIT_EXPECT_TRUE(test, trace->told[0].number & mode);
		KUNIT_EXPECT_PTR_EQ(test, trace->told[0].task,
				    (const void *)eres_actor_task(waiter));
		KUNIT_EXPECT_EQ(test, trace->told[1].event, END);
		eres_drop(waiter, res, 1);
		eres_expect_free(test, res);
	}
}

static struct kunit_case trace_cases[] = {
	KUNIT_CASE(what_a_thread_does_is_told_in_order),
	KUNIT_CASE(regions_are_told_with_their_counter),
	KUNIT_CASE(refused_request_is_not_acquired),
	KUNIT_CASE(wait_is_told_with_its_time),
	KUNIT_CASE(misuse_is_told_once),
	KUNIT_CASE(contention_is_told_under_the_address),
	{}
};

static struct kunit_suite trace_suite = {
	.name = "eresource_trace",
	.init = eres_stage_init,
	.test_cases = trace_cases,
};

kunit_test_suite(trace_suite);
