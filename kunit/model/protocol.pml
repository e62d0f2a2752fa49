/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The protocol of shim/lock/owner_word.h and shim/lock/bias.c as a Promela model: who owns,
 * who waits, who is let in, who is counted, and who touches a resource last.
 *
 *   spin -DSCENE=1 -a protocol.pml
 *   gcc -O2 -DCOLLAPSE -DSAFETY -o pan pan.c && ./pan -m1000000
 *
 * Checked: at most one exclusive owner and no shared owner beside it; nobody
 * is still inside the rwsem of a resource that its next owner, who may free
 * it, has; a level is taken away once (assertions); no lost wake-up, everybody
 * finishes (no invalid end state).
 *
 * An atomic block is one atomic instruction or a section under r->lock. What is
 * between them interleaves. The inline definitions have the name of what they
 * model. Writer 1 converts. The first reader does not care for waiting writers.
 * Barriers are a model of their own, orderings.pml.
 *
 * Scenes, so that each ends soon:
 *   -DSCENE=1  two writers, two readers, all of them waiting for each other
 *   -DSCENE=2  two writers, one whose levels others take away, and a reader
 *   -DSCENE=3  a writer and two readers that are not counted
 *   -DSCENE=4  a writer, a reader whose level others take away, and another reader
 *
 * In scene 2 writer 0 acquires twice, and releases as often; another thread releases
 * for it, too, at any time: more than there is, and whoever comes too late is refused.
 * Or it hands its levels over, for the other thread to release. In scene 4 another
 * thread releases for reader 0, who is always counted.
 *
 * BUG plants a mistake that the checker must find:
 *   -DSCENE=1 -DBUG=1  the last owner lets the rwsem go when it has given up the lock
 *   -DSCENE=1 -DBUG=2  an exclusive owner that leaves does not look for parked threads
 *   -DSCENE=1 -DBUG=3  an owner that converts forgets to count itself
 *   -DSCENE=1 -DBUG=4  the last owner stores 0 before it lets the rwsem go
 *   -DSCENE=3 -DBUG=5  a visible reader does not look at the owner word again
 *   -DSCENE=1 -DBUG=6  the word becomes 0 although a writer is registered
 *   -DSCENE=1 -DBUG=7  a thread parks and does not inflate
 *   -DSCENE=2 -DBUG=8  another thread takes a last exclusive level and does not inflate
 *   -DSCENE=3 -DBUG=9  who counts visible readers forgets to mark them counted
 *   -DSCENE=2 -DBUG=10  another thread takes a last level although the word has been left
 *   -DSCENE=2 -DBUG=11  what is handed over does not inflate
 *   -DSCENE=2 -DBUG=12  who is refused without the lock believes a word that is inflated
 *   -DSCENE=1 -DBUG=13  a group is thin again although a writer is registered
 *   -DSCENE=1 -DBUG=14  who makes a group thin again leaves the read hold
 *   -DSCENE=4 -DBUG=15  who shared alone does not look whether its level was taken
 *   -DSCENE=4 -DBUG=16  who takes a shared level does not note it
 *   -DSCENE=4 -DBUG=17  another thread takes a last shared level and does not inflate
 *   -DSCENE=1 -DBUG=18  a second reader forgets the first, which was alone
 *   -DSCENE=1 -DBUG=19  a writer that spins takes a group that has not left
 *   -DSCENE=1 -DBUG=20  a writer that gives up spinning forgets the group
 *   -DSCENE=1 -DBUG=21  who inflates takes a group that has left for one that owns
 */
#ifndef BUG
#define BUG 0
#endif
#ifndef SCENE
#define SCENE 1
#endif
#if SCENE >= 3
#define WRITERS 1
#else
#define WRITERS 2
#endif
#if SCENE == 2
#define READERS 1
#else
#define READERS 2
#endif
#define THREADS (WRITERS + READERS)
#ifndef ROUNDS
#define ROUNDS 2
#endif

mtype = { FREE, TASK, ALONE, COUNTED, DRAINING, BIASED, REVOKING, HANDOFF,
	  INFLATED_TASK, INFLATED_POINTER, INFLATED_SHARED };

/* rw_semaphore: write-held, number of read holds, queue of sleeping writers */
bit written = 0;
byte readers = 0;
byte queue[WRITERS];
byte queued = 0;

/*
 * ERESOURCE. What is a task's or a pointer's is thread @owner_id's; COUNTED and
 * DRAINING have their count in @group. @locked: r->lock is held from one step to the next.
 */
mtype owner = FREE;
byte owner_id = 0;
bit locked = 0;
short group = 0;
byte exclusive_waiters = 0;
byte parked = 0;
bit is_parked[READERS];
bit granted[READERS];

/* The holds of readers that say VISIBLE. */
bit visible[READERS];

/* Writer 0's hold: its levels, whether handed over. */
byte levels = 0;
bit handed_over = 0;

/* Reader 0's hold: one level, and whether somebody has taken it. */
bit level = 0;
bit taken = 0;

/* A writer spins: of those that hash alike one at a time does. */
bit spinning = 0;

/* Threads inside up_read() after it has let a writer in. */
byte inside = 0;

/* The oracle's view. */
byte writing = 0;
byte reading = 0;

#define SETTLED (!locked && owner != REVOKING)

#define EXCLUSIVE (owner == TASK || owner == INFLATED_TASK || \
		   owner == INFLATED_POINTER)
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

/* Under the lock: __eres_read_hold() of what nobody holds, or waits for */
inline read_hold()
{
	assert(TRYLOCK_OK && readers == 0);
	readers++
}

/* Under the lock: __eres_inflate() */
inline inflate()
{
	if
	:: owner == TASK -> owner = INFLATED_TASK; read_hold()
	:: owner == COUNTED -> owner = INFLATED_SHARED; read_hold()
	:: owner == ALONE -> group = 1; owner = INFLATED_SHARED; read_hold()
	:: owner == DRAINING ->
		if
		:: group == 0 && BUG != 21 -> owner = FREE
		:: else -> owner = INFLATED_SHARED; read_hold()
		fi
	:: else
	fi
}

/* Under the lock: __eres_thin() */
inline thin()
{
	if
	:: owner == INFLATED_SHARED && (exclusive_waiters == 0 || BUG == 13) ->
#if BUG != 14
		readers--;
#endif
		owner = COUNTED
	:: else
	fi
}

/* eres_thin_share() */
inline enter_shared(id)
{
	if
	:: owner == FREE -> owner = ALONE; owner_id = id; in = 1
	:: owner == ALONE -> owner = COUNTED; group = (BUG == 18 -> 1 : 2); in = 1
	:: owner == COUNTED || owner == DRAINING -> owner = COUNTED; group++; in = 1
	:: else -> in = 0
	fi
}

/* eres_stop_draining() */
inline stop_draining()
{
	if
	:: owner == DRAINING && (group == 0 || BUG == 20) -> owner = FREE
	:: owner == DRAINING && group > 0 && BUG != 20 -> owner = COUNTED
	:: else
	fi
}

/* Under the lock. */
inline admit_parked()
{
	group = group + parked;
	parked = 0;
	i = 0;
	do
	:: i < READERS ->
		if
		:: is_parked[i] -> is_parked[i] = 0; granted[i] = 1
		:: else
		fi;
		i++
	:: else -> break
	od;
	i = 0
}

inline handoff()
{
	if
	:: exclusive_waiters > 0 && BUG != 6 -> owner = HANDOFF
	:: else -> owner = FREE
	fi
}

/* __eres_deflate(), with the lock kept since @out has been set */
inline deflate()
{
#if BUG == 1
	atomic { handoff(); locked = 0 };
#elif BUG == 4
	owner = FREE;
#endif
	atomic { readers--; inside++ }
	/* up_read() wakes a writer and looks at the rwsem once more */
	inside--;
#if BUG != 1
	atomic { handoff(); locked = 0 }
#endif
}

/* Under the lock: __eres_release_last() of an exclusive owner; @out: deflate() has to follow */
inline let_go_exclusive()
{
	if
	:: parked > 0 && BUG != 2 ->
		owner = INFLATED_SHARED;
		group = 0;
		admit_parked();
		thin();
		out = 0
	:: else -> out = 1
	fi;
	locked = out
}

/* Under the lock: __eres_inflate() and __eres_release_last() of one of a group */
inline let_go_locked()
{
	inflate();
	assert(owner == INFLATED_SHARED || owner == BIASED || owner == REVOKING);
	group--;
	if
	:: group == 0 && owner == INFLATED_SHARED -> out = 1
	:: else -> thin(); out = 0
	fi;
	locked = out
}

/* eres_release_counted() */
inline let_go_shared()
{
	/* eres_thin_unshare() */
	atomic {
		if
		:: owner == COUNTED ->
			group--;
			if
			:: group == 0 -> owner = FREE
			:: else
			fi;
			in = 1
		:: owner == DRAINING -> group--; in = 1
		:: else -> in = 0
		fi
	}
	if
	:: in
	:: else ->
		atomic {
			!locked;
			let_go_locked()
		}
		if
		:: out -> deflate()
		:: else
		fi
	fi
}

/*
 * The last level of who shares; the hold is not in use any more. As eres_thin_leave_alone()
 * if nobody takes levels away.
 */
inline release_shared(id)
{
	atomic {
		if
		:: owner == ALONE && owner_id == id -> owner = FREE; in = 1
		:: else -> in = 0
		fi
	}
	if
	:: in
	:: else -> let_go_shared()
	fi
}

/* One more of the group; @in says whether. Under the lock: __eres_join() */
inline join(id, past_writers)
{
	if
	:: exclusive_waiters > 0 && !past_writers -> in = 0
	:: else ->
		if
		:: owner == FREE || owner == ALONE || owner == COUNTED ||
		   owner == DRAINING -> enter_shared(id)
		:: owner == INFLATED_SHARED || owner == BIASED -> group++; in = 1
		:: owner == HANDOFF && TRYLOCK_OK ->
			readers++;
			owner = INFLATED_SHARED;
			group = 1;
			in = 1
		:: else -> in = 0
		fi
	fi
}

/* eres_spin_own(); @out says whether */
inline spin_own(me)
{
	if
	:: owner == FREE || (owner == DRAINING && (group == 0 || BUG == 19)) ->
		owner = TASK;
		owner_id = me;
		out = 1
	:: else -> out = 0
	fi
}

/* eres_spin() of a writer, for as long as it likes; @out: it owns */
inline spin(me)
{
	atomic { !spinning; spinning = 1 }
	do
	:: !out ->
		/* eres_drain() */
		atomic {
			if
			:: owner == ALONE -> group = 1; owner = DRAINING
			:: owner == COUNTED -> owner = DRAINING
			:: else
			fi
		}
		atomic { spin_own(me) }
	:: out -> break
	:: !out -> atomic { stop_draining() }; break
	od;
	spinning = 0
}

/* __eres_own_or_register(); @out: at once */
inline own_or_register(me)
{
	inflate();
	if
	:: owner == FREE -> owner = TASK; owner_id = me; out = 1
	:: else ->
		exclusive_waiters++;
		out = 0
	fi
}

/* eres_wait_exclusive() */
inline wait_exclusive(me)
{
	atomic {
		SETTLED;
		if
		:: owner == BIASED -> owner = REVOKING; in = 1
		:: else -> in = 0; own_or_register(me)
		fi
	}
	if
	:: in ->
		/* __eres_revoke(): eres_count_visible() */
		i = 0;
		found = 0;
		do
		:: i < READERS ->
			atomic {
				if
				:: visible[i] ->
					found++;
#if BUG != 9
					visible[i] = 0
#endif
				:: else
				fi
			}
			i++
		:: else -> break
		od;
		atomic {
			!locked;
			i = 0;
			group = group + found;
			if
			:: group > 0 -> owner = COUNTED
			:: else -> owner = FREE
			fi;
			own_or_register(me)
		}
	:: else
	fi;
	if
	:: out
	:: else ->
		down_write(me);
		atomic {
			!locked;
			exclusive_waiters--;
			assert(owner == HANDOFF);
			owner = INFLATED_TASK;
			owner_id = me
		}
		/* downgrade_write() */
		atomic { written = 0; readers++ }
	fi
}

inline hold_unused()
{
	levels = 0;
	handed_over = 0
}

/*
 * eres_drop() of writer @id, by itself or by another: the hold, and then the word,
 * under the lock
 */
inline drop(id)
{
	atomic {
		!locked;
		if
		:: BUG != 8 -> inflate()
		:: else
		fi;
		in = 0;
		if
		:: levels == 0 || handed_over
		:: levels > 1 && !handed_over -> levels--
		:: levels == 1 && !handed_over ->
			if
			:: (owner == INFLATED_TASK && owner_id == id) ||
			   (owner == TASK && owner_id == id) || BUG == 10 ->
				hold_unused();
				locked = 1;
				in = 1
			:: else
			fi
		fi
	}
	if
	:: in ->
		atomic { let_go_exclusive() }
		if
		:: out -> deflate()
		:: else
		fi
	:: else
	fi
}

/* eres_release_hold() of writer 0; may find that nothing is left */
inline release_exclusive(me)
{
	atomic {
		if
		:: levels > 1 -> levels--; out = 1
		:: levels == 1 -> out = 0
		:: else -> out = 1
		fi
	}
	if
	:: out
	:: else ->
		/* eres_thin_release() */
		atomic {
			if
			:: owner == TASK && owner_id == me -> owner = FREE; out = 1
			:: else -> out = 0
			fi
		}
		if
		:: out -> atomic { assert(levels == 1); hold_unused() }
		:: else -> drop(me)
		fi
	fi
}

/* eres_hand_over() of writer 0; may find that nothing is left */
inline hand_over(me)
{
	atomic {
		SETTLED;
		if
		:: levels > 0 ->
			handed_over = 1;
			assert(EXCLUSIVE && owner_id == me);
			if
			:: BUG != 11 -> inflate()
			:: else
			fi;
			owner = INFLATED_POINTER
		:: else
		fi
	}
}

proctype writer(byte me; bit converts)
{
	byte i = 0;
	byte round = 0;
	byte found = 0;
	bit out;
	bit in;

	do
	:: round < ROUNDS ->
		/* eres_thin_own() */
		atomic {
			if
			:: owner == FREE -> owner = TASK; owner_id = me; out = 1
			:: else -> out = 0
			fi
		}
		if
		:: out
		:: else ->
			if
			:: !spinning -> spin(me)
			:: true
			fi
		fi;
		if
		:: out
		:: else -> wait_exclusive(me)
		fi;

		atomic {
			writing++;
			assert(writing == 1 && reading == 0 && inside == 0)
		}
		writing--;

		if
		:: SCENE == 2 && me == 0 ->
			/* From here on another thread may release it. */
			atomic { assert(levels == 0 && !handed_over); levels = 2 }
		:: else
		fi;

		if
		:: SCENE == 2 && me == 0 ->
			if
			:: true -> hand_over(me)
			:: true -> release_exclusive(me); release_exclusive(me)
			fi;
			(levels == 0);
			/*
			 * eres_fast_deny(): it owns nothing, and so is not
			 * refused because it does.
			 */
			assert(!((owner == TASK || BUG == 12 && owner == INFLATED_TASK) &&
				 owner_id == me))
		:: converts ->
			/* eres_convert() */
			atomic {
				!locked;
				if
				:: owner == TASK -> owner = ALONE
				:: else ->
					group = (BUG == 3 -> 0 : 1);
					owner = INFLATED_SHARED;
					admit_parked();
					thin()
				fi
			}
			atomic { reading++; assert(writing == 0) }
			reading--;
			release_shared(me)
		:: else ->
			atomic {
				!locked;
				if
				:: owner == TASK -> owner = FREE; out = 0
				:: else -> assert(owner == INFLATED_TASK); let_go_exclusive()
				fi
			}
			if
			:: out -> deflate()
			:: else
			fi
		fi;
		round++
	:: else -> break
	od
}

/* eres_release_pointer(), once the hand-over is done */
inline release_pointer()
{
	atomic {
		(!locked && owner == INFLATED_POINTER);
		out = 0;
		levels--;
		if
		:: levels == 0 -> hold_unused(); let_go_exclusive()
		:: else
		fi
	}
	if
	:: out -> deflate()
	:: else
	fi
}

/* eres_put_own_level() of reader 0; may find that nothing is left */
inline release_level(id)
{
	if
	:: !level
	:: level ->
		/* eres_thin_leave_alone(): a store, whatever the hold says by now */
		level = 0;
		atomic {
			if
			:: owner == ALONE && owner_id == id -> owner = FREE; in = 1
			:: else -> in = 0
			fi
		}
		if
		:: in
		:: else ->
			if
			:: taken && BUG != 15
			:: else -> let_go_shared()
			fi
		fi
	fi
}

/* eres_put_level() of reader 0's, by another */
inline take_level()
{
	atomic {
		!locked;
		if
		:: BUG != 17 -> inflate()
		:: else
		fi;
		locked = 1
	}
	atomic {
		in = level;
		level = 0;
		if
		:: in && BUG != 16 -> taken = 1
		:: else
		fi
	}
	atomic {
		locked = 0;
		if
		:: in -> let_go_locked()
		:: else -> thin(); out = 0
		fi
	}
	if
	:: out -> deflate()
	:: else
	fi
}

/* Whatever levels writer 0 has, at any time, whether they are meant for it or not. */
proctype foreign()
{
	byte i = 0;
	bit out;
	bit in;

end:
	do
	:: levels > 0 ->
		if
		:: !handed_over -> drop(0)
		:: else -> release_pointer()
		fi
	:: level -> take_level()
	od
}

proctype reader(byte me; bit past_writers)
{
	byte i = 0;
	byte round = 0;
	bit out;
	bit in;
	bit seen;

	do
	:: round < ROUNDS ->
		/* eres_fast_share() */
		seen = 0;
		in = 0;
		if
		:: owner == BIASED && !(SCENE == 4 && me == 0) ->
			/* A */
			visible[me] = 1;
			if
			:: owner == BIASED || BUG == 5 -> in = 1; seen = 1
			:: else ->
				atomic {
					if
					:: visible[me] -> visible[me] = 0
					:: else -> in = 1
					fi
				}
			fi
		:: else
		fi;
		if
		:: in
		:: else ->
			/* __eres_join_or_park() */
again:
			atomic {
				SETTLED;
				join(WRITERS + me, past_writers);
				if
				:: !in && EXCLUSIVE && BUG != 7 -> inflate()
				:: else
				fi;
				if
				:: in
				:: !in && (EXCLUSIVE || exclusive_waiters > 0) ->
					parked++;
					is_parked[me] = 1;
					granted[me] = 0
				:: else -> goto again
				fi
			}
			if
			:: in
			:: else -> (granted[me])
			fi
		fi;
		/* eres_consider_bias() of one that is counted */
		atomic {
			if
			:: SCENE != 1 && !seen && !locked && owner == COUNTED ->
				owner = BIASED
			:: true
			fi
		}

		atomic {
			reading++;
			assert(writing == 0 && inside == 0)
		}
		reading--;
		granted[me] = 0;

		if
		:: SCENE == 4 && me == 0 ->
			/* From here on another thread may release it. */
			atomic { assert(!level); level = 1; taken = 0 }
			release_level(WRITERS);
			goto done
		:: else
		fi;

		/* eres_fast_release() */
		atomic {
			if
			:: seen && visible[me] -> visible[me] = 0; out = 1
			:: else -> out = 0
			fi
		}
		if
		:: out
		:: else -> release_shared(WRITERS + me)
		fi;
done:
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
		if
		:: SCENE == 2 || SCENE == 4 -> run foreign()
		:: else
		fi;
		do
		:: n < THREADS -> run reader(n - WRITERS, n == WRITERS); n++
		:: else -> break
		od
	}
}
