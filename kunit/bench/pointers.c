// SPDX-License-Identifier: GPL-2.0-only
/* Many owner pointers that share one resource: one of them goes and comes. */
#include "bench.h"

#define POINTERS	1000

/* Both low bits set, and different for each. */
static unsigned long pointer_of(unsigned int i)
{
	return 0x100003 + 16UL * i;
}

/* Another one each time, in no order that a list or a table is in. */
static unsigned long next_pointer(struct bench_worker *worker)
{
	worker->random = (worker->random + 617) % POINTERS;
	return pointer_of(worker->random);
}

static void pointer_textbook(struct bench_object *o, unsigned long pointer)
{
	textbook_acquire_shared(&o->textbook, true);
	textbook_hand_over(&o->textbook, pointer);
}

static void pointer_ours(struct bench_object *o, unsigned long pointer)
{
	bench_acquire_shared(o);
	ExSetResourceOwnerPointer(&o->resource, (PVOID)pointer);
}

typedef void (*pointer_fn)(struct bench_object *o, unsigned long pointer);

static void release_textbook(struct bench_object *o, unsigned long pointer)
{
	textbook_release_for(&o->textbook, pointer);
}

static void release_ours(struct bench_object *o, unsigned long pointer)
{
	ExReleaseResourceForThreadLite(&o->resource, pointer);
}

static __always_inline void with_pointers(struct bench_object *o, pointer_fn fn)
{
	unsigned int i;

	for (i = 0; i < POINTERS; i++)
		fn(o, pointer_of(i));
}

BENCH_STEP(fill_textbook, with_pointers(o, pointer_textbook))
BENCH_STEP(fill_ours, with_pointers(o, pointer_ours))
BENCH_STEP(empty_textbook, with_pointers(o, release_textbook))
BENCH_STEP(empty_ours, with_pointers(o, release_ours))

BENCH_LOOP(pointer_rwsem, down_read(&o->rwsem), up_read(&o->rwsem))
BENCH_LOOP(pointers_textbook, {
	unsigned long pointer = next_pointer(worker);

	worker->torn += !textbook_release_for(&o->textbook, pointer);
	pointer_textbook(o, pointer);
})
BENCH_LOOP(pointers_ours, {
	unsigned long pointer = next_pointer(worker);

	ExReleaseResourceForThreadLite(&o->resource, pointer);
	pointer_ours(o, pointer);
})

const struct bench_row bench_pointer_rows[] = {
	{
		.name = "pointers-1k",
		.text = "release for one of 1,000 owner pointers, acquire shared, hand over to it",
		.against = "a shared pair",
		.tasks = BENCH_KERNEL, .threads = BENCH_ONE, .region = true,
		.lock = {
			[BENCH_RWSEM] = { pointer_rwsem },
			[BENCH_TEXTBOOK] = {
				pointers_textbook, fill_textbook,
				empty_textbook,
			},
			[BENCH_OURS] = { pointers_ours, fill_ours, empty_ours },
		},
	},
	BENCH_END
};
