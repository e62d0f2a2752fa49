// SPDX-License-Identifier: GPL-2.0-only
/* Work items: where they run, beside what, and what may be done with them meanwhile. */
#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/bottom_half.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/slab.h>

#define ERESOURCE_WDK
#include <ntifs.h>

#include "actor.h"
#include "softirq.h"
#include "wdm_cpu.h"
#include "wdm_driver_thread.h"
#include "wdm_jobs.h"
#include "wdm_reports.h"
#include "wdm_wait.h"

static void drivers_queue_work(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, eres_wdm_work(), 0);
	wdm_expect_silence(test);
}

/* With all runners busy it waits, and then all of it runs. */
static void what_is_queued_runs(struct kunit *test)
{
	atomic_t begun = ATOMIC_INIT(0), done = ATOMIC_INIT(0);
	struct wdm_job *jobs = kunit_kcalloc(test, 200, sizeof(*jobs), GFP_KERNEL);
	struct wdm_full *full;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, jobs);
	full = wdm_fill(test, DelayedWorkQueue);
	for (i = 0; i < 200; i++) {
		wdm_init_job(&jobs[i], NULL, &begun, &done);
		ExQueueWorkItem(&jobs[i].item, DelayedWorkQueue);
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&begun), 0);
	wdm_drain(test, full);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(atomic_read(&done) == 200));
	wdm_expect_silence(test);
}

static void critical_work_does_not_wait(struct kunit *test)
{
	atomic_t begun = ATOMIC_INIT(0), done = ATOMIC_INIT(0);
	struct wdm_full *full = wdm_fill(test, DelayedWorkQueue);
	struct wdm_job critical, hyper;

	wdm_init_job(&critical, NULL, &begun, &done);
	wdm_init_job(&hyper, NULL, &begun, &done);
	ExQueueWorkItem(&critical.item, CriticalWorkQueue);
	ExQueueWorkItem(&hyper.item, HyperCriticalWorkQueue);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(atomic_read(&done) == 2));
	wdm_drain(test, full);
	wdm_expect_silence(test);
}

/* As soon as it has begun it may be queued again, and run beside itself. */
static void item_runs_beside_itself(struct kunit *test)
{
	atomic_t begun = ATOMIC_INIT(0), done = ATOMIC_INIT(0);
	struct wdm_job job;
	KEVENT go;

	KeInitializeEvent(&go, NotificationEvent, FALSE);
	wdm_init_job(&job, &go, &begun, &done);
	ExQueueWorkItem(&job.item, DelayedWorkQueue);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(atomic_read(&begun) == 1));
	ExQueueWorkItem(&job.item, DelayedWorkQueue);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(atomic_read(&begun) == 2));
	KUNIT_EXPECT_EQ(test, atomic_read(&done), 0);
	KeSetEvent(&go, IO_NO_INCREMENT, FALSE);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(atomic_read(&done) == 2));
	wdm_expect_silence(test);
}

/* An item that queues itself until it is told to stop, or has gone on for too long. */
struct storm {
	WORK_QUEUE_ITEM item;
	u64 end;
	bool stop;
	bool too_long;
	struct completion over;
};

static VOID storms(PVOID parameter)
{
	struct storm *storm = parameter;

	WRITE_ONCE(storm->too_long, ktime_get_ns() > storm->end);
	if (READ_ONCE(storm->stop) || storm->too_long)
		complete(&storm->over);
	else
		ExQueueWorkItem(&storm->item, DelayedWorkQueue);
}

/* On each processor; where nobody is preempted in the kernel, too. */
static void item_that_queues_itself_lets_others_run(struct kunit *test)
{
	struct storm storm = { .end = ktime_get_ns() + 10 * NSEC_PER_SEC };
	unsigned int cpu;

	init_completion(&storm.over);
	ExInitializeWorkItem(&storm.item, storms, &storm);
	ExQueueWorkItem(&storm.item, DelayedWorkQueue);
	for_each_online_cpu(cpu) {
		KUNIT_EXPECT_EQ(test, 0, set_cpus_allowed_ptr(current, cpumask_of(cpu)));
		msleep(20);
	}
	wdm_cpu_unpin(NULL);
	WRITE_ONCE(storm.stop, true);
	wait_for_completion(&storm.over);
	KUNIT_EXPECT_FALSE(test, storm.too_long);
	wdm_expect_silence(test);
}

/* Its memory is the routine's; KASAN looks on. */
static void item_frees_itself(struct kunit *test)
{
	atomic_t begun = ATOMIC_INIT(0), done = ATOMIC_INIT(0);
	struct wdm_job *job;
	int i;

	for (i = 0; i < 100; i++) {
		job = kzalloc(sizeof(*job), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, job);
		wdm_init_job(job, NULL, &begun, &done);
		job->freed = true;
		ExQueueWorkItem(&job->item, i & 1 ? CriticalWorkQueue : DelayedWorkQueue);
	}
	KUNIT_EXPECT_TRUE(test, ERES_POLL(atomic_read(&done) == 100));
	wdm_expect_silence(test);
}

static void queue_job(void *job)
{
	ExQueueWorkItem(&((struct wdm_job *)job)->item, DelayedWorkQueue);
}

static void is_queued_in_interrupts(struct kunit *test)
{
	atomic_t begun = ATOMIC_INIT(0), done = ATOMIC_INIT(0);
	struct wdm_job job[2];

	wdm_init_job(&job[0], NULL, &begun, &done);
	wdm_init_job(&job[1], NULL, &begun, &done);
	KUNIT_EXPECT_TRUE(test, eres_run_in_softirq(ERES_THIS_CPU, queue_job, &job[0]));
	KUNIT_EXPECT_TRUE(test, eres_run_in_hardirq(ERES_THIS_CPU, queue_job, &job[1]));
	KUNIT_EXPECT_TRUE(test, ERES_POLL(atomic_read(&done) == 2));
	wdm_expect_silence(test);
}

static VOID io_routine(PDEVICE_OBJECT object, PVOID done)
{
	atomic_inc((atomic_t *)done);
}

/* Reported, and runs once. */
static void queued_twice_runs_once(struct kunit *test)
{
	atomic_t begun = ATOMIC_INIT(0), done = ATOMIC_INIT(0), io_done = ATOMIC_INIT(0);
	struct wdm_full *full = wdm_fill(test, DelayedWorkQueue);
	PIO_WORKITEM io = IoAllocateWorkItem((PDEVICE_OBJECT)test);
	struct wdm_job job;

	KUNIT_ASSERT_NOT_NULL(test, io);
	wdm_init_job(&job, NULL, &begun, &done);
	ExQueueWorkItem(&job.item, DelayedWorkQueue);
	wdm_expect_silence(test);
	ExQueueWorkItem(&job.item, DelayedWorkQueue);
	wdm_expect_report(test, "ExQueueWorkItem", &job.item, 0xE4, 1, &job.item, wdm_do_job);
	ExQueueWorkItem(&job.item, CriticalWorkQueue);
	wdm_expect_report(test, "ExQueueWorkItem", &job.item, 0xE4, 1, &job.item, wdm_do_job);

	IoQueueWorkItem(io, io_routine, DelayedWorkQueue, &io_done);
	IoQueueWorkItem(io, io_routine, DelayedWorkQueue, NULL);
	wdm_expect_report(test, "IoQueueWorkItem", io, 0xE4, 1, io, io_routine);
	wdm_drain(test, full);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(atomic_read(&done) == 1 && atomic_read(&io_done) == 1));
	IoFreeWorkItem(io);
	KUNIT_EXPECT_EQ(test, atomic_read(&begun), 1);
	wdm_expect_silence(test);
}

/* Reported, and left as it is: it runs. */
static void queued_item_is_not_freed(struct kunit *test)
{
	struct wdm_full *full = wdm_fill(test, DelayedWorkQueue);
	PIO_WORKITEM own = kunit_kzalloc(test, IoSizeofWorkItem(), GFP_KERNEL);
	PIO_WORKITEM io = IoAllocateWorkItem((PDEVICE_OBJECT)test);
	atomic_t done = ATOMIC_INIT(0);

	KUNIT_ASSERT_TRUE(test, io && own);
	IoInitializeWorkItem(test, own);
	IoQueueWorkItem(io, io_routine, DelayedWorkQueue, &done);
	IoQueueWorkItem(own, io_routine, DelayedWorkQueue, &done);
	IoFreeWorkItem(io);
	wdm_expect_report(test, "IoFreeWorkItem", io, 0xE4, 2, io, io_routine);
	IoUninitializeWorkItem(own);
	wdm_expect_report(test, "IoUninitializeWorkItem", own, 0xE4, 2, own, io_routine);
	IoInitializeWorkItem(test, own);
	wdm_expect_violation(test, "IoInitializeWorkItem", own, 0x130, own, 0);
	wdm_drain(test, full);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(atomic_read(&done) == 2));
	IoFreeWorkItem(io);
	IoUninitializeWorkItem(own);
	wdm_expect_silence(test);

	/* And now they are none. */
	IoQueueWorkItem(io, io_routine, DelayedWorkQueue, &done);
	wdm_expect_violation(test, "IoQueueWorkItem", io, 0x1002, io, 0);
	IoFreeWorkItem(io);
	wdm_expect_violation(test, "IoFreeWorkItem", io, 0x1002, io, 0);
	IoQueueWorkItem(own, io_routine, DelayedWorkQueue, &done);
	wdm_expect_violation(test, "IoQueueWorkItem", own, 0x1002, own, 0);
}

struct generic_job {
	PFLT_GENERIC_WORKITEM item;
	PVOID object;
	unsigned int rounds;
	atomic_t done;
};

/* Of a filter: queued again, and in the end freed, by itself. */
static VOID generic_routine(PFLT_GENERIC_WORKITEM item, PVOID object, PVOID context)
{
	struct generic_job *job = context;

	if (item != job->item || object != job->object || KeGetCurrentIrql() != PASSIVE_LEVEL)
		return;
	if (--job->rounds) {
		/* For another object: it need not be the same one each time. */
		job->object = &job->rounds;
		FltQueueGenericWorkItem(item, job->object, generic_routine, CriticalWorkQueue,
					job);
		return;
	}
	FltFreeGenericWorkItem(item);
	atomic_inc(&job->done);
}

static void generic_item_runs(struct kunit *test)
{
	struct generic_job job = {
		.item = FltAllocateGenericWorkItem(), .object = test, .rounds = 3,
	};

	KUNIT_ASSERT_NOT_NULL(test, job.item);
	KUNIT_EXPECT_EQ(test, FltQueueGenericWorkItem(job.item, job.object, generic_routine,
						      DelayedWorkQueue, &job), STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(atomic_read(&job.done) == 1));
	wdm_expect_silence(test);
}

static VOID count_generic(PFLT_GENERIC_WORKITEM item, PVOID object, PVOID done)
{
	atomic_inc((atomic_t *)done);
}

/* Reported, and left as it is: it runs, once. */
static void generic_item_is_used_wrongly(struct kunit *test)
{
	struct wdm_full *full = wdm_fill(test, DelayedWorkQueue);
	PFLT_GENERIC_WORKITEM item = FltAllocateGenericWorkItem();
	atomic_t done = ATOMIC_INIT(0);

	KUNIT_ASSERT_NOT_NULL(test, item);
	FltQueueGenericWorkItem(item, test, count_generic, DelayedWorkQueue, &done);
	KUNIT_EXPECT_EQ(test, FltQueueGenericWorkItem(item, test, count_generic, DelayedWorkQueue,
						      &done), STATUS_INVALID_PARAMETER);
	wdm_expect_report(test, "FltQueueGenericWorkItem", item, 0xE4, 1, item, count_generic);
	FltFreeGenericWorkItem(item);
	wdm_expect_report(test, "FltFreeGenericWorkItem", item, 0xE4, 2, item, count_generic);
	wdm_drain(test, full);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(atomic_read(&done) == 1));

	KUNIT_EXPECT_EQ(test, FltQueueGenericWorkItem(item, NULL, count_generic, DelayedWorkQueue,
						      &done), STATUS_SUCCESS);
	wdm_expect_report(test, "FltQueueGenericWorkItem", item, 0xE4, 3, item, 0);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(atomic_read(&done) == 2));
	KUNIT_EXPECT_EQ(test, FltQueueGenericWorkItem(item, test, NULL, DelayedWorkQueue, NULL),
			STATUS_INVALID_PARAMETER);
	wdm_expect_report(test, "FltQueueGenericWorkItem", item, 0xE4, 7, item, 0);
	FltFreeGenericWorkItem(item);
	wdm_expect_silence(test);
}

/* Neither family takes what is the other's. */
static void generic_item_is_none_of_io(struct kunit *test)
{
	PIO_WORKITEM io = IoAllocateWorkItem((PDEVICE_OBJECT)test);
	PFLT_GENERIC_WORKITEM item = FltAllocateGenericWorkItem();
	PFLT_GENERIC_WORKITEM no_item = (PFLT_GENERIC_WORKITEM)io;
	PIO_WORKITEM no_io = (PIO_WORKITEM)item;

	KUNIT_ASSERT_TRUE(test, io && item);
	IoQueueWorkItem(no_io, io_routine, DelayedWorkQueue, NULL);
	wdm_expect_violation(test, "IoQueueWorkItem", no_io, 0x1002, no_io, 0);
	IoFreeWorkItem(no_io);
	wdm_expect_violation(test, "IoFreeWorkItem", no_io, 0x1002, no_io, 0);
	KUNIT_EXPECT_EQ(test, FltQueueGenericWorkItem(no_item, test, count_generic,
						      DelayedWorkQueue, NULL),
			STATUS_INVALID_PARAMETER);
	wdm_expect_violation(test, "FltQueueGenericWorkItem", no_item, 0x1002, no_item, 0);
	FltFreeGenericWorkItem(no_item);
	wdm_expect_violation(test, "FltFreeGenericWorkItem", no_item, 0x1002, no_item, 0);
	IoFreeWorkItem(io);
	FltFreeGenericWorkItem(item);
	wdm_expect_silence(test);
}

static const unsigned long addresses[] = { 0, 0x1001, -14, 0xffffffffff000000UL };

static void no_item_is_left_alone(struct kunit *test)
{
	PIO_WORKITEM own = kunit_kzalloc(test, IoSizeofWorkItem(), GFP_KERNEL);
	PIO_WORKITEM io = IoAllocateWorkItem((PDEVICE_OBJECT)test);
	WORK_QUEUE_ITEM garbage;
	size_t i;

	KUNIT_ASSERT_TRUE(test, io && own);
	for (i = 0; i < ARRAY_SIZE(addresses); i++) {
		void *item = (void *)addresses[i];

		ExQueueWorkItem(item, DelayedWorkQueue);
		wdm_expect_bad_address(test, "ExQueueWorkItem", item);
		IoQueueWorkItem(item, io_routine, DelayedWorkQueue, NULL);
		wdm_expect_bad_address(test, "IoQueueWorkItem", item);
		IoQueueWorkItemEx(item, (PVOID)io_routine, DelayedWorkQueue, NULL);
		wdm_expect_bad_address(test, "IoQueueWorkItemEx", item);
		IoFreeWorkItem(item);
		wdm_expect_bad_address(test, "IoFreeWorkItem", item);
		KUNIT_EXPECT_EQ(test, FltQueueGenericWorkItem(item, test, count_generic,
							      DelayedWorkQueue, NULL),
				STATUS_INVALID_PARAMETER);
		wdm_expect_bad_address(test, "FltQueueGenericWorkItem", item);
		FltFreeGenericWorkItem(item);
		wdm_expect_bad_address(test, "FltFreeGenericWorkItem", item);
		IoInitializeWorkItem(test, item);
		wdm_expect_bad_address(test, "IoInitializeWorkItem", item);
		IoUninitializeWorkItem(item);
		wdm_expect_bad_address(test, "IoUninitializeWorkItem", item);
	}

	/* Zeroes, and the remains of something else. */
	memset(&garbage, 0, sizeof(garbage));
	ExQueueWorkItem(&garbage, DelayedWorkQueue);
	wdm_expect_report(test, "ExQueueWorkItem", &garbage, 0xE4, 7, &garbage, NULL);
	garbage.WorkerRoutine = wdm_do_job;
	garbage.List.Flink = (PVOID)0x6b6b6b6b6b6b6b6bUL;
	garbage.List.Blink = (PVOID)8;
	ExQueueWorkItem(&garbage, DelayedWorkQueue);
	wdm_expect_report(test, "ExQueueWorkItem", &garbage, 0x96, 0x6b6b6b6b6b6b6b6bUL, 8,
			  DelayedWorkQueue);

	IoQueueWorkItem(own, io_routine, DelayedWorkQueue, NULL);
	wdm_expect_violation(test, "IoQueueWorkItem", own, 0x1002, own, 0);
	IoQueueWorkItem(io, NULL, DelayedWorkQueue, NULL);
	wdm_expect_report(test, "IoQueueWorkItem", io, 0xE4, 7, io, NULL);
	IoInitializeWorkItem(test, own);
	IoFreeWorkItem(own);
	wdm_expect_violation(test, "IoFreeWorkItem", own, 0x1009, own, 0);
	IoUninitializeWorkItem(io);
	wdm_expect_violation(test, "IoUninitializeWorkItem", io, 0x1009, io, 0);
	IoFreeWorkItem(io);
	IoUninitializeWorkItem(own);
	wdm_expect_silence(test);
}

/* Reported, and served all the same. */
static void runs_from_no_queue_and_for_no_object(struct kunit *test)
{
	PIO_WORKITEM io = IoAllocateWorkItem(NULL);
	atomic_t done = ATOMIC_INIT(0);

	KUNIT_ASSERT_NOT_NULL(test, io);
	IoQueueWorkItem(io, io_routine, DelayedWorkQueue, &done);
	wdm_expect_report(test, "IoQueueWorkItem", io, 0xE4, 3, io, NULL);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(atomic_read(&done) == 1));
	IoFreeWorkItem(io);
	io = IoAllocateWorkItem((PDEVICE_OBJECT)test);
	KUNIT_ASSERT_NOT_NULL(test, io);
	IoQueueWorkItem(io, io_routine, (WORK_QUEUE_TYPE)9, &done);
	wdm_expect_report(test, "IoQueueWorkItem", io, 0xE4, 6, io, 9);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(atomic_read(&done) == 2));
	IoFreeWorkItem(io);
}

static KMUTEX left_mutex;

static VOID leaves_region(PVOID unused)
{
	KeEnterCriticalRegion();
}

static VOID leaves_mutex(PVOID unused)
{
	KeInitializeMutex(&left_mutex, 0);
	KeWaitForSingleObject(&left_mutex, Executive, KernelMode, FALSE, NULL);
	KeLeaveCriticalRegion();
}

static VOID leaves_level(PVOID unused)
{
	KIRQL irql;

	KeRaiseIrql(DISPATCH_LEVEL, &irql);
}

static KSPIN_LOCK left_lock;

/* Bottom halves are off twice. */
static VOID leaves_spin_lock(PVOID unused)
{
	KIRQL irql;

	KeInitializeSpinLock(&left_lock);
	KeAcquireSpinLock(&left_lock, &irql);
	local_bh_disable();
}

static VOID leaves_top_level(PVOID unused)
{
	IoSetTopLevelIrp((PIRP)FSRTL_FSP_TOP_LEVEL_IRP);
}

/* Counts what a worker should not have. */
static VOID looks_around(PVOID wrong)
{
	if (KeGetCurrentIrql() != PASSIVE_LEVEL || KeAreApcsDisabled() || IoGetTopLevelIrp())
		atomic_inc((atomic_t *)wrong);
}

static void what_an_item_leaves_is_reported(struct kunit *test)
{
	static const struct {
		PWORKER_THREAD_ROUTINE routine;
		u32 code;
	} leaving[] = {
		{ leaves_region, 0x1 },
		{ leaves_mutex, 0x39 },
		{ leaves_level, 0xE1 },
		{ leaves_spin_lock, 0xE1 },
		{ leaves_top_level, 0 },
	};
	atomic_t wrong = ATOMIC_INIT(0), begun = ATOMIC_INIT(0), done = ATOMIC_INIT(0);
	WORK_QUEUE_ITEM item;
	struct wdm_job last;
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(leaving); i++) {
		ExInitializeWorkItem(&item, leaving[i].routine, NULL);
		ExQueueWorkItem(&item, CriticalWorkQueue);
		if (leaving[i].code) {
			KUNIT_EXPECT_TRUE(test, ERES_POLL(wdm_reports_count()));
			wdm_expect_code(test, "return of a work item", leaving[i].code);
		}
		for (j = 0; j < 20; j++) {
			KUNIT_EXPECT_TRUE(test, ERES_POLL(!READ_ONCE(item.List.Flink)));
			ExInitializeWorkItem(&item, looks_around, &wrong);
			ExQueueWorkItem(&item, CriticalWorkQueue);
		}
		KUNIT_EXPECT_TRUE(test, ERES_POLL(!READ_ONCE(item.List.Flink)));
	}
	/* Nothing is under way any more when as many have been run as there can be. */
	wdm_init_job(&last, NULL, &begun, &done);
	ExQueueWorkItem(&last.item, CriticalWorkQueue);
	KUNIT_EXPECT_TRUE(test, ERES_POLL(atomic_read(&done) == 1));
	wdm_drain(test, wdm_fill(test, CriticalWorkQueue));
	KUNIT_EXPECT_EQ(test, atomic_read(&wrong), 0);
	wdm_expect_silence(test);
}

static struct kunit_case work_cases[] = {
	KUNIT_CASE(drivers_queue_work),
	KUNIT_CASE(what_is_queued_runs),
	KUNIT_CASE(critical_work_does_not_wait),
	KUNIT_CASE(item_runs_beside_itself),
	KUNIT_CASE(item_that_queues_itself_lets_others_run),
	KUNIT_CASE(item_frees_itself),
	KUNIT_CASE(is_queued_in_interrupts),
	KUNIT_CASE(queued_twice_runs_once),
	KUNIT_CASE(queued_item_is_not_freed),
	KUNIT_CASE(generic_item_runs),
	KUNIT_CASE(generic_item_is_used_wrongly),
	KUNIT_CASE(generic_item_is_none_of_io),
	KUNIT_CASE(no_item_is_left_alone),
	KUNIT_CASE(runs_from_no_queue_and_for_no_object),
	KUNIT_CASE(what_an_item_leaves_is_reported),
	{}
};

static struct kunit_suite work_suite = {
	.name = "eresource_wdm_work",
	.init = wdm_reports_init,
	.test_cases = work_cases,
};

kunit_test_suite(work_suite);
