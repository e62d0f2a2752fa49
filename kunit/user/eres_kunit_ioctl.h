/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What eres-sigtest asks of /dev/eres_kunit: run region and lock steps in the
 * calling thread.
 *
 * A script is a list of steps that one ioctl runs from the first to the last.
 * Its results are kept in a slot of the device, where another process reads
 * them: the thread that ran the script may not live to see them.
 */
#ifndef ERES_KUNIT_IOCTL_H
#define ERES_KUNIT_IOCTL_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define ERES_DEVICE_NAME	"eres_kunit"
#define ERES_MAX_STEPS		20
#define ERES_SLOTS		4
#define ERES_RESOURCES		2
#define ERES_FLAGS		4

enum eres_op {
	ERES_OP_END,
	ERES_OP_ENTER_CRITICAL,
	ERES_OP_LEAVE_CRITICAL,
	ERES_OP_ENTER_GUARDED,
	ERES_OP_LEAVE_GUARDED,
	ERES_OP_RAISE_IRQL,		/* argument: level; result: the old one */
	ERES_OP_LOWER_IRQL,		/* argument: level */
	ERES_OP_ACQUIRE_EXCLUSIVE,	/* argument: resource; waits */
	ERES_OP_ACQUIRE_SHARED,		/* argument: resource; waits */
	ERES_OP_RELEASE,		/* argument: resource */
	ERES_OP_RELEASE_AND_LEAVE,	/* argument: resource */
	ERES_OP_HAND_OVER,		/* argument: resource */
	ERES_OP_RELEASE_POINTER,	/* argument: resource, handed over */
	ERES_OP_WAIT_INTERRUPTIBLE,	/* argument: flag; result: 0 or -errno */
	ERES_OP_WAIT_KILLABLE,		/* argument: flag; result: 0 or -errno */
	ERES_OP_WAIT,			/* argument: flag */
	ERES_OP_SIGNAL_PENDING,		/* result: would it end a wait? */
	ERES_OP_BLOCKED,		/* result: mask of blocked signals */
	ERES_OP_APCS_DISABLED,		/* result: both queries, bits 0 and 1 */
	ERES_OP_COUNT
};

struct eres_step {
	__u32 op;
	__u32 arg;
	__s64 result;
};

/**
 * struct eres_script - steps on the way in, their results on the way out
 * @slot: where the device keeps it
 * @count: number of steps
 * @progress: index of the step under way; @count after the last one
 * @pad: 0
 * @step: the steps
 */
struct eres_script {
	__u32 slot;
	__u32 count;
	__u32 progress;
	__u32 pad;
	struct eres_step step[ERES_MAX_STEPS];
};

/**
 * struct eres_query - what everybody can see of a resource
 * @resource: which
 * @exclusive_waiters: threads that wait for exclusive access
 * @shared_waiters: threads that wait for shared access
 * @free: can the caller have it exclusively at once? (and gives it back)
 */
struct eres_query {
	__u32 resource;
	__u32 exclusive_waiters;
	__u32 shared_waiters;
	__u32 free;
};

#define ERES_IOC_RUN	_IOW('E', 1, struct eres_script)
#define ERES_IOC_READ	_IOWR('E', 2, struct eres_script)
#define ERES_IOC_QUERY	_IOWR('E', 3, struct eres_query)
/* Let the waits for a flag end. */
#define ERES_IOC_SET	_IO('E', 4)
/* Would a wait of that thread end because of a signal? */
#define ERES_IOC_PENDING _IO('E', 5)
/* Do to that thread what task work with TWA_SIGNAL does. */
#define ERES_IOC_NOTIFY	_IO('E', 6)
/* Run the script when the file is closed, by the thread that closes it. */
#define ERES_IOC_AT_CLOSE _IOW('E', 7, struct eres_script)

/* A write() tells the KUnit case what went wrong. */

#endif /* ERES_KUNIT_IOCTL_H */
