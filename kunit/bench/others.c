// SPDX-License-Identifier: GPL-2.0-only
/* Convert, try, ask, hand over; make and delete. */
#include "bench.h"

/* Two low bits set, and different for each object. */
#define BENCH_POINTER(o)	((unsigned long)(o) | 3)

BENCH_LOOP(convert_rwsem,
	   down_write(&o->rwsem), downgrade_write(&o->rwsem),
	   up_read(&o->rwsem))
BENCH_LOOP(convert_textbook,
	   textbook_acquire_exclusive(&o->textbook, true),
	   textbook_convert(&o->textbook), textbook_release(&o->textbook))
BENCH_LOOP(convert_ours,
	   bench_acquire_exclusive(o),
	   ExConvertExclusiveToSharedLite(&o->resource), bench_release(o))

/* Whoever gets in, as nobody may, will be missed at the end. */
BENCH_LOOP(try_exclusive_rwsem,
	   worker->torn += down_write_trylock(&o->rwsem))
BENCH_LOOP(try_exclusive_textbook,
	   worker->torn += textbook_acquire_exclusive(&o->textbook, false))
BENCH_LOOP(try_exclusive_ours,
	   worker->torn += ExAcquireResourceExclusiveLite(&o->resource, FALSE))
BENCH_LOOP(try_shared_rwsem, worker->torn += down_read_trylock(&o->rwsem))
BENCH_LOOP(try_shared_percpu,
	   worker->torn += percpu_down_read_trylock(&o->percpu))
BENCH_LOOP(try_shared_textbook,
	   worker->torn += textbook_acquire_shared(&o->textbook, false))
BENCH_LOOP(try_shared_ours,
	   worker->torn += ExAcquireResourceSharedLite(&o->resource, FALSE))

BENCH_STEP(hold_rwsem, down_write(&o->rwsem))
BENCH_STEP(drop_rwsem, up_write(&o->rwsem))
BENCH_STEP(hold_percpu, percpu_down_write(&o->percpu))
BENCH_STEP(drop_percpu, percpu_up_write(&o->percpu))
BENCH_STEP(hold_textbook, textbook_acquire_exclusive(&o->textbook, true))
BENCH_STEP(share_textbook, textbook_acquire_shared(&o->textbook, true))
BENCH_STEP(drop_textbook, textbook_release(&o->textbook))
BENCH_STEP(hold_ours, bench_acquire_exclusive(o))
BENCH_STEP(share_ours, bench_acquire_shared(o))
BENCH_STEP(drop_ours, bench_release(o))

/* The asker owns, so any other answer is wrong. */
BENCH_LOOP(is_exclusive_textbook,
	   worker->torn += !textbook_is_exclusive(&o->textbook))
BENCH_LOOP(is_exclusive_ours,
	   worker->torn += !ExIsResourceAcquiredExclusiveLite(&o->resource))
BENCH_LOOP(levels_textbook, worker->torn += textbook_levels(&o->textbook) != 1)
BENCH_LOOP(levels_ours,
	   worker->torn += ExIsResourceAcquiredSharedLite(&o->resource) != 1)
BENCH_LOOP(no_levels_textbook, worker->torn += !!textbook_levels(&o->textbook))
BENCH_LOOP(no_levels_ours,
	   worker->torn += !!ExIsResourceAcquiredSharedLite(&o->resource))

BENCH_WRITES(hand_over_rwsem,
	     down_write(&o->rwsem), bench_inside(o), up_write(&o->rwsem))
BENCH_WRITES(hand_over_textbook,
	     textbook_acquire_exclusive(&o->textbook, true), bench_inside(o),
	     textbook_hand_over(&o->textbook, BENCH_POINTER(o)),
	     textbook_release_for(&o->textbook, BENCH_POINTER(o)))
BENCH_WRITES(hand_over_ours,
	     bench_acquire_exclusive(o), bench_inside(o),
	     ExSetResourceOwnerPointer(&o->resource, (PVOID)BENCH_POINTER(o)),
	     ExReleaseResourceForThreadLite(&o->resource, BENCH_POINTER(o)))
BENCH_LOOP(hand_over_shared_rwsem, down_read(&o->rwsem), up_read(&o->rwsem))
BENCH_LOOP(hand_over_shared_textbook,
	   textbook_acquire_shared(&o->textbook, true),
	   textbook_hand_over(&o->textbook, BENCH_POINTER(o)),
	   textbook_release_for(&o->textbook, BENCH_POINTER(o)))
BENCH_LOOP(hand_over_shared_ours,
	   bench_acquire_shared(o),
	   ExSetResourceOwnerPointer(&o->resource, (PVOID)BENCH_POINTER(o)),
	   ExReleaseResourceForThreadLite(&o->resource, BENCH_POINTER(o)))

/* The object's own lock is deleted first and made again, so that it stays. */
BENCH_LOOP(life_rwsem, init_rwsem(&o->rwsem))
BENCH_LOOP(life_percpu,
	   percpu_free_rwsem(&o->percpu);
	   worker->torn += !!percpu_init_rwsem(&o->percpu))
BENCH_LOOP(life_textbook,
	   worker->torn += !textbook_delete(&o->textbook);
	   textbook_init(&o->textbook))
BENCH_LOOP(life_ours,
	   worker->torn += !NT_SUCCESS(ExDeleteResourceLite(&o->resource));
	   worker->torn += !NT_SUCCESS(ExInitializeResourceLite(&o->resource)))

const struct bench_row bench_other_rows[] = {
	{
		.name = "convert",
		.text = "acquire exclusive, convert to shared, release",
		.straight = BENCH_STRAIGHT,
		.tasks = BENCH_KERNEL, .threads = BENCH_ONE, .region = true,
		.lock = {
			[BENCH_RWSEM] = { convert_rwsem },
			[BENCH_TEXTBOOK] = { convert_textbook },
			[BENCH_OURS] = { convert_ours },
		},
	}, {
		.name = "try-exclusive-held",
		.text = "try exclusive while another thread owns exclusively",
		.tasks = BENCH_KERNEL, .threads = BENCH_ONE, .region = true,
		.held = true,
		.lock = {
			[BENCH_RWSEM] = {
				try_exclusive_rwsem, hold_rwsem, drop_rwsem,
			},
			[BENCH_TEXTBOOK] = {
				try_exclusive_textbook, hold_textbook,
				drop_textbook,
			},
			[BENCH_OURS] = {
				try_exclusive_ours, hold_ours, drop_ours,
			},
		},
	}, {
		.name = "try-shared-held",
		.text = "try shared while another thread owns exclusively",
		.tasks = BENCH_KERNEL, .threads = BENCH_ONE, .region = true,
		.held = true,
		.lock = {
			[BENCH_RWSEM] = {
				try_shared_rwsem, hold_rwsem, drop_rwsem,
			},
			[BENCH_PERCPU] = {
				try_shared_percpu, hold_percpu, drop_percpu,
			},
			[BENCH_TEXTBOOK] = {
				try_shared_textbook, hold_textbook,
				drop_textbook,
			},
			[BENCH_OURS] = {
				try_shared_ours, hold_ours, drop_ours,
			},
		},
	}, {
		.name = "query-exclusive",
		.text = "does the exclusive owner own it exclusively?",
		.straight = BENCH_STRAIGHT,
		.tasks = BENCH_KERNEL, .threads = BENCH_ONE, .region = true,
		.lock = {
			[BENCH_TEXTBOOK] = {
				is_exclusive_textbook, hold_textbook,
				drop_textbook,
			},
			[BENCH_OURS] = {
				is_exclusive_ours, hold_ours, drop_ours,
			},
		},
	}, {
		.name = "query-shared",
		.text = "how many levels has a shared owner?",
		.straight = BENCH_STRAIGHT,
		.tasks = BENCH_KERNEL, .threads = BENCH_ONE, .region = true,
		.lock = {
			[BENCH_TEXTBOOK] = {
				levels_textbook, share_textbook, drop_textbook,
			},
			[BENCH_OURS] = { levels_ours, share_ours, drop_ours },
		},
	}, {
		.name = "query-none",
		.text = "how many levels has a thread that does not own it?",
		.tasks = BENCH_KERNEL, .threads = BENCH_ONE, .region = true,
		.held = true,
		.lock = {
			[BENCH_TEXTBOOK] = {
				no_levels_textbook, share_textbook,
				drop_textbook,
			},
			[BENCH_OURS] = {
				no_levels_ours, share_ours, drop_ours,
			},
		},
	}, {
		.name = "hand-over-exclusive",
		.text = "acquire exclusive, hand over to a pointer, release for it",
		.against = "an exclusive pair",
		.straight = BENCH_STRAIGHT,
		.tasks = BENCH_KERNEL, .threads = BENCH_ONE, .region = true,
		.lock = {
			[BENCH_RWSEM] = { hand_over_rwsem },
			[BENCH_TEXTBOOK] = { hand_over_textbook },
			[BENCH_OURS] = { hand_over_ours },
		},
	}, {
		.name = "hand-over-shared",
		.text = "acquire shared, hand over to a pointer, release for it",
		.against = "a shared pair",
		.straight = BENCH_STRAIGHT,
		.tasks = BENCH_KERNEL, .threads = BENCH_ONE, .region = true,
		.lock = {
			[BENCH_RWSEM] = { hand_over_shared_rwsem },
			[BENCH_TEXTBOOK] = { hand_over_shared_textbook },
			[BENCH_OURS] = { hand_over_shared_ours },
		},
	}, {
		.name = "init-delete",
		.text = "initialise and delete, each thread its own resource",
		.tasks = BENCH_KERNEL, .threads = BENCH_ONE | BENCH_MORE,
		.own = true,
		BENCH_ALL(life),
	},
	BENCH_END
};
