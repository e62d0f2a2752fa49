// SPDX-License-Identifier: GPL-2.0-only
/* Throughput of all threads on one resource. */
#include <linux/ktime.h>
#include <linux/processor.h>

#include "bench.h"

/* True once in @one_in times, by chance. */
static inline bool load_is_write(struct bench_worker *worker, u32 one_in)
{
	u32 x = worker->random;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	worker->random = x;
	return x % one_in == 0;
}

/* By the clock: on a busy host udelay() has learnt something else at boot. */
static noinline void load_wait(u32 microseconds)
{
	u64 end = ktime_get_ns() + microseconds * NSEC_PER_USEC;

	while (ktime_get_ns() < end)
		cpu_relax();
}

/* Where sections are long. */
static __always_inline void load_dwell(u32 microseconds)
{
	if (microseconds)
		load_wait(microseconds);
}

/* Mixes: one in so many goes inside exclusively; the others look. */
#define LOAD_MIX(id, write, written, read, done)			\
static __always_inline void id##_times(struct bench_worker *worker,	\
				       struct bench_object *o, u64 n,	\
				       const bool slow)			\
{									\
	u32 one_in = worker->cell->row->size;				\
	u32 dwell = worker->cell->row->dwell;				\
									\
	while (n--) {							\
		if (load_is_write(worker, one_in)) {			\
			write;						\
			bench_inside(o);				\
			load_dwell(dwell);				\
			written;					\
			worker->writes++;				\
		} else {						\
			read;						\
			bench_look(worker, o, slow);			\
			load_dwell(dwell);				\
			done;						\
		}							\
	}								\
}									\
BENCH_TWICE(id)

LOAD_MIX(mix_rwsem, down_write(&o->rwsem), up_write(&o->rwsem),
	 down_read(&o->rwsem), up_read(&o->rwsem))
LOAD_MIX(mix_percpu, percpu_down_write(&o->percpu),
	 percpu_up_write(&o->percpu), percpu_down_read(&o->percpu),
	 percpu_up_read(&o->percpu))
LOAD_MIX(mix_textbook, textbook_acquire_exclusive(&o->textbook, true),
	 textbook_release(&o->textbook),
	 textbook_acquire_shared(&o->textbook, true),
	 textbook_release(&o->textbook))
LOAD_MIX(mix_ours, bench_acquire_exclusive(o), bench_release(o),
	 bench_acquire_shared(o), bench_release(o))

BENCH_WRITES(contended_rwsem,
	     down_write(&o->rwsem), bench_inside(o), up_write(&o->rwsem))
BENCH_WRITES(contended_percpu,
	     percpu_down_write(&o->percpu), bench_inside(o),
	     percpu_up_write(&o->percpu))
BENCH_WRITES(contended_textbook,
	     textbook_acquire_exclusive(&o->textbook, true), bench_inside(o),
	     textbook_release(&o->textbook))
BENCH_WRITES(contended_ours,
	     bench_acquire_exclusive(o), bench_inside(o), bench_release(o))

/* What the machine makes of one word that all write, whatever the lock. */
BENCH_LOOP(bounce, {
	ERESOURCE_THREAD old = READ_ONCE(o->holder);

	cmpxchg(&o->holder, old, old + 1);
})

const struct bench_row bench_load_rows[] = {
	{
		.name = "bounce",
		.text = "a load and a compare-and-exchange of one word, by all threads; no lock",
		.tasks = BENCH_KERNEL, .threads = BENCH_ONE | BENCH_MORE,
		.lock = { [BENCH_RWSEM] = { bounce } },
	}, {
		.name = "mix-99",
		.text = "99 of 100 shared, the others exclusive",
		.tasks = BENCH_BOTH, .threads = BENCH_ONE | BENCH_MORE,
		.unit = BENCH_RATE, .region = true, .size = 100,
		BENCH_ALL(mix),
	}, {
		.name = "mix-90",
		.text = "90 of 100 shared, the others exclusive",
		.tasks = BENCH_BOTH, .threads = BENCH_ONE | BENCH_MORE,
		.unit = BENCH_RATE, .region = true, .size = 10,
		BENCH_ALL(mix),
	}, {
		.name = "mix-90-no-bias",
		.text = "as mix-90, without bias towards readers",
		.tasks = BENCH_BOTH, .threads = BENCH_ONE | BENCH_MORE,
		.unit = BENCH_RATE, .region = true, .size = 10,
		.setting = BENCH_NO_BIAS,
		BENCH_ALL(mix),
	}, {
		.name = "mix-50",
		.text = "half shared, half exclusive",
		.tasks = BENCH_BOTH, .threads = BENCH_ONE | BENCH_MORE,
		.unit = BENCH_RATE, .region = true, .size = 2,
		BENCH_ALL(mix),
	}, {
		.name = "mix-90-1us",
		.text = "as mix-90, each for a microsecond",
		.tasks = BENCH_KERNEL, .threads = BENCH_ONE | BENCH_MORE,
		.unit = BENCH_RATE, .region = true, .size = 10, .dwell = 1,
		BENCH_ALL(mix),
	}, {
		.name = "mix-90-10us",
		.text = "as mix-90, each for ten microseconds",
		.tasks = BENCH_KERNEL, .threads = BENCH_ONE | BENCH_MORE,
		.unit = BENCH_RATE, .region = true, .size = 10, .dwell = 10,
		BENCH_ALL(mix),
	}, {
		.name = "contended",
		.text = "exclusive only, all threads the same resource",
		.tasks = BENCH_BOTH, .threads = BENCH_MORE,
		.unit = BENCH_RATE, .region = true,
		BENCH_ALL(contended),
	},
	BENCH_END
};
