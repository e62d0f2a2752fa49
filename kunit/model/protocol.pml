/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The protocol of shim/internal.h as a Promela model: who owns, who waits, who
 * is let in, and who touches a resource last.
 *
 *   spin -a protocol.pml
 *   gcc -O2 -DCOLLAPSE -DSAFETY -o pan pan.c && ./pan -m1000000
 *
 * Checked: at most one exclusive owner and no shared owner beside it; nobody
 * is still inside the rwsem of a resource that its next owner, who may free
 * it, has (assertions); no lost wake-up, everybody finishes (no invalid end
 * state).
 *
 * An atomic block is one atomic instruction or a section under r->lock. What is
 * between them interleaves. The inline definitions have the name of what they
 * model.
 *
 * BUG plants a mistake that the checker must find:
 *   -DBUG=1  nobody waits for RELEASING to be over
 *   -DBUG=2  an exclusive owner that leaves does not look for parked threads
 *   -DBUG=3  an owner that converts forgets to count itself
 *   -DBUG=4  the last shared owner stores 0 before it lets the rwsem go
 */
#ifndef BUG
#define BUG 0
#endif
#ifndef WRITERS
#define WRITERS 3
#endif
#ifndef READERS
#define READERS 2
#endif
#define THREADS (WRITERS + READERS)
#define ROUNDS 2

mtype = { FREE, EXCLUSIVE, SHARED, RELEASING };

/* rw_semaphore: write-held, number of read holds, queue of sleeping writers */
bit written = 0;
byte readers = 0;
byte queue[THREADS];
byte queued = 0;

/* ERESOURCE */
mtype owner = FREE;
byte group = 0;
byte exclusive_waiters = 0;
byte parked = 0;
bit is_parked[THREADS];
bit granted[THREADS];

/* Threads inside up_read() after it has let a writer in. */
byte inside = 0;

/* The oracle's view. */
byte writing = 0;
byte reading = 0;

#if BUG == 1
#define SETTLED true
#else
#define SETTLED (owner != RELEASING)
#endif

#define TRYLOCK_OK (!written && queued == 0)

inline down_write(me)
{
	atomic { queue[queued] = me; queued++ }
	atomic {
		(!written && readers == 0 && queue[0] == me && queued > 0);
		i = 1;
		do
		:: i < queued -> queue[i - 1] = queue[i]; i++
		:: else -> break
		od;
		queued--;
		queue[queued] = 0;
		i = 0;
		written = 1
	}
}

/* Under the lock. */
inline admit_parked()
{
	group = group + parked;
	parked = 0;
	i = 0;
	do
	:: i < THREADS ->
		if
		:: is_parked[i] -> is_parked[i] = 0; granted[i] = 1
		:: else
		fi;
		i++
	:: else -> break
	od;
	i = 0
}

/* After RELEASING was stored under the lock. */
inline make_free()
{
#if BUG == 4
	owner = FREE;
#endif
	atomic { readers--; inside++ }
	/* up_read() wakes a writer and looks at the rwsem once more */
	inside--;
	owner = FREE
}

inline let_go_exclusive()
{
	atomic {
		assert(owner == EXCLUSIVE);
		if
		:: parked > 0 && BUG != 2 ->
			owner = SHARED;
			admit_parked();
			out = 0
		:: else -> owner = RELEASING; out = 1
		fi
	}
	if
	:: out -> make_free()
	:: else
	fi
}

inline let_go_shared()
{
	atomic {
		assert(owner == SHARED && group > 0);
		group--;
		if
		:: group == 0 -> owner = RELEASING; out = 1
		:: else -> out = 0
		fi
	}
	if
	:: out -> make_free()
	:: else
	fi
}

/* Exclusive, blocked or at once; converts in the first round if told to. */
proctype writer(byte me; bit converts)
{
	byte i = 0;
	byte round = 0;
	bit out;

	do
	:: round < ROUNDS ->
		/* eres_take_exclusive() */
		atomic {
			SETTLED;
			if
			:: owner == FREE && exclusive_waiters == 0 && TRYLOCK_OK ->
				readers++;
				owner = EXCLUSIVE;
				out = 1
			:: else -> out = 0
			fi
		}
		if
		:: out
		:: else ->
			/* eres_wait_exclusive() */
			atomic { SETTLED; exclusive_waiters++ }
			down_write(me);
			atomic {
				SETTLED;
				exclusive_waiters--;
				assert(owner == FREE);
				owner = EXCLUSIVE
			}
			/* downgrade_write() */
			atomic { written = 0; readers++ }
		fi;

		atomic {
			writing++;
			assert(writing == 1 && reading == 0 && inside == 0)
		}
		writing--;

		if
		:: converts ->
			/* eres_convert() */
			atomic {
				owner = SHARED;
				group = (BUG == 3 -> 0 : 1);
				admit_parked()
			}
			atomic { reading++; assert(writing == 0) }
			reading--;
			let_go_shared()
		:: else ->
			let_go_exclusive()
		fi;
		round++
	:: else -> break
	od
}

proctype reader(byte me; bit past_writers)
{
	byte i = 0;
	byte round = 0;
	bit out;
	bit in;

	do
	:: round < ROUNDS ->
		/* eres_join_or_park() */
again:
		atomic {
			SETTLED;
			in = 0;
			if
			:: (exclusive_waiters == 0 || past_writers) && owner == SHARED ->
				group++;
				in = 1
			:: (exclusive_waiters == 0 || past_writers) &&
			   owner == FREE && TRYLOCK_OK ->
				readers++;
				owner = SHARED;
				group = 1;
				in = 1
			:: else ->
				if
				:: owner == EXCLUSIVE || exclusive_waiters > 0 ->
					parked++;
					is_parked[me] = 1;
					granted[me] = 0
				:: else -> goto again
				fi
			fi
		}
		if
		:: in
		:: else -> (granted[me])
		fi;

		atomic {
			reading++;
			assert(writing == 0 && inside == 0)
		}
		reading--;
		granted[me] = 0;
		let_go_shared();
		round++
	:: else -> break
	od
}

init
{
	byte n = 0;

	atomic {
		do
		:: n < WRITERS -> run writer(n, n == 1); n++
		:: else -> break
		od;
		do
		:: n < THREADS -> run reader(n, n == WRITERS); n++
		:: else -> break
		od
	}
}
