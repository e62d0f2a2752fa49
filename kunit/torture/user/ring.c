// SPDX-License-Identifier: GPL-2.0-only
/*
 * A record written by a worker of io_uring: a thread of the process that the
 * kernel makes, and that is in the driver when the process is tormented.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "torment.h"

struct ring {
	int fd;
	struct io_uring_params params;
	char *submission;
	char *completion;
	struct io_uring_sqe *entries;
};

static void *map(const struct ring *ring, size_t size, off_t what)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring->fd, what);
}

static bool begin(struct ring *ring)
{
	const struct io_uring_params *p = &ring->params;

	memset(ring, 0, sizeof(*ring));
	ring->fd = syscall(SYS_io_uring_setup, 1, &ring->params);
	if (ring->fd < 0)
		return false;
	ring->submission = map(ring, p->sq_off.array + p->sq_entries * sizeof(__u32),
			       IORING_OFF_SQ_RING);
	ring->completion = map(ring, p->cq_off.cqes + p->cq_entries * sizeof(struct io_uring_cqe),
			       IORING_OFF_CQ_RING);
	ring->entries = map(ring, p->sq_entries * sizeof(*ring->entries), IORING_OFF_SQES);
	return true;
}

static void end(struct ring *ring)
{
	const struct io_uring_params *p = &ring->params;

	munmap(ring->submission, p->sq_off.array + p->sq_entries * sizeof(__u32));
	munmap(ring->completion, p->cq_off.cqes + p->cq_entries * sizeof(struct io_uring_cqe));
	munmap(ring->entries, p->sq_entries * sizeof(*ring->entries));
	close(ring->fd);
}

static bool is_mapped(const struct ring *ring)
{
	return ring->submission != MAP_FAILED && ring->completion != MAP_FAILED &&
	       ring->entries != MAP_FAILED;
}

/* Has the kernel put the one completion there? */
static bool is_complete(const struct ring *ring)
{
	const __u32 *tail = (void *)(ring->completion + ring->params.cq_off.tail);

	return __atomic_load_n(tail, __ATOMIC_ACQUIRE);
}

/* Signals end the waiting, not the writing: the record is used until that is over. */
static bool write_by(struct ring *ring, int fd, const void *from, size_t size, off_t at,
		     ssize_t *result)
{
	const struct io_uring_cqe *done = (void *)(ring->completion + ring->params.cq_off.cqes);
	bool submitted = false;

	memset(ring->entries, 0, sizeof(*ring->entries));
	ring->entries->opcode = IORING_OP_WRITE;
	/* Not by the caller. */
	ring->entries->flags = IOSQE_ASYNC;
	ring->entries->fd = fd;
	ring->entries->addr = (uintptr_t)from;
	ring->entries->len = size;
	ring->entries->off = at;
	*(__u32 *)(ring->submission + ring->params.sq_off.array) = 0;
	__atomic_store_n((__u32 *)(ring->submission + ring->params.sq_off.tail), 1,
			 __ATOMIC_RELEASE);
	while (!is_complete(ring)) {
		long n = syscall(SYS_io_uring_enter, ring->fd, !submitted, 1,
				 IORING_ENTER_GETEVENTS, NULL, 0);

		if (n > 0)
			submitted = true;
		else if (n < 0 && !submitted && errno != EINTR)
			return false;
	}
	*result = done->res < 0 ? -1 : done->res;
	errno = done->res < 0 ? -done->res : 0;
	return true;
}

/* As pwrite(); %false: nothing done, there is no io_uring or no memory for it. */
bool ring_write(int fd, const void *from, size_t size, off_t at, ssize_t *done)
{
	struct ring ring;
	bool written;

	if (!begin(&ring))
		return false;
	written = is_mapped(&ring) && write_by(&ring, fd, from, size, at, done);
	end(&ring);
	return written;
}
