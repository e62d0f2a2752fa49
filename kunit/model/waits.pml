/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The protocol of waits, shim/wdmsync/waiter.c, as a Promela model: what may be done
 * to an object's word without the dispatcher lock, beside those who have it. The word
 * is @locked and @state, which change at once; all other steps stand alone.
 *
 * Checked: nothing is taken that is not set, nor by two; no set is lost; nobody sleeps for what could
 * be had; who sets is done with an object before a wait for it returns; of a WaitAny
 * the first that is set is taken; a mutex has one owner, who is known as such. All see
 * the steps in one order: barriers are not checked here.
 *
 *   -DSCENE=1  all of two events, while another thread takes and sets one of them
 *   -DSCENE=2  two wait for a notification event, and free it
 *   -DSCENE=3  any of two events, with a timeout; the first is set before the second
 *   -DSCENE=4  a mutex, recursively, by two, and one who looks and can not have it
 *   -DSCENE=5  two set an event that one waits for
 *   -DSCENE=6  any of two that are the same event, with a timeout of 0, while it is set
 *
 *   -DSCENE=1 -DBUG=1  who has the lock does not lock the words
 *   -DSCENE=1 -DBUG=2  the word of what is queued for is unlocked
 *   -DSCENE=1 -DBUG=3  who sets does not see that the word is locked
 *   -DSCENE=5 -DBUG=4  who sets unlocks the word before it is done, and again
 *   -DSCENE=2 -DBUG=5  who has been given something does not wait for who gave
 *   -DSCENE=3 -DBUG=6  all objects of a WaitAny are tried without the lock
 *   -DSCENE=4 -DBUG=7  a mutex says whose it was after it has become free
 *   -DSCENE=6 -DBUG=8  what is named twice is unlocked twice
 */
#ifndef BUG
#define BUG 0
#endif

#define WAITING	0
#define GAVE_UP	9

/* What a set event is after it has been taken. */
#if SCENE == 2
#define TAKEN	1
#else
#define TAKEN	0
#endif

bit dispatcher;
bit locked[2];
short state[2];
bit freed[2];

/* queued[2 * waiter + object] */
bit queued[4];
bit all;
byte status[2];
byte returned;

/* Of the mutex, which is object 0. */
byte owner;
byte inside;
bit given[2];

inline touch(o)
{
	assert(!freed[o])
}

inline take_lock()
{
	atomic { !dispatcher -> dispatcher = 1 }
}

inline drop_lock()
{
	dispatcher = 0
}

inline lock_word(o)
{
	atomic {
		touch(o);
#if BUG != 1
		locked[o] = 1
#endif
	}
}

inline unlock_word(o)
{
	touch(o);
	if
	:: !locked[o] && BUG != 4 && BUG != 8
#if BUG == 2
	:: false
#else
	:: queued[o] || queued[2 + o]
#endif
	:: else ->
		was = state[o];
		atomic { touch(o); locked[o] = 0; state[o] = was }
	fi
}

/* eres_change_unlocked(), from what has been read; @done: whether it has. */
inline change(o, old, new)
{
	atomic {
		touch(o);
		done = state[o] == old && (!locked[o] || BUG == 3);
		if
		:: done -> state[o] = new
		:: else
		fi
	}
}

/* __eres_complete(), for events */
inline complete(w)
{
	if
	:: all && state[0] && state[1] ->
		assert(state[0] == 1);
		state[0] = TAKEN;
		assert(state[1] == 1);
		state[1] = TAKEN;
		status[w] = 1
	:: all && !(state[0] && state[1])
	:: !all && state[0] ->
		state[0] = TAKEN;
		status[w] = 1
	:: !all && !state[0] && SCENE == 3 && state[1] ->
		state[1] = TAKEN;
		status[w] = 2
	:: else
	fi
}

inline dequeue(w, setting)
{
	o2 = 0;
	do
	:: o2 < 2 ->
		if
		:: queued[2 * w + o2] ->
			touch(o2);
			queued[2 * w + o2] = 0;
			if
			:: o2 != setting || BUG == 4 -> unlock_word(o2)
			:: else
			fi
		:: else
		fi;
		o2++
	:: else -> break
	od
}

/* KeSetEvent() */
inline set(o)
{
	atomic { touch(o); old = state[o]; done = !locked[o] || BUG == 3 }
	if
	:: done -> change(o, old, 1)
	:: else
	fi;
	if
	:: done
	:: else ->
		take_lock();
		lock_word(o);
		atomic { touch(o); old = state[o]; state[o] = 1 }
		w2 = 0;
		do
		:: w2 < 2 ->
			touch(o);
			if
			:: queued[2 * w2 + o] && state[o] ->
				complete(w2);
				if
				:: status[w2] != WAITING -> dequeue(w2, o)
				:: else
				fi
			:: else
			fi;
			w2++
		:: else -> break
		od;
		unlock_word(o);
		drop_lock()
	fi
}

/* Without the lock: taken if @done. */
inline take_unlocked(o)
{
	atomic { touch(o); old = state[o]; done = !locked[o] && old }
	if
	:: done && TAKEN
	:: done && !TAKEN -> change(o, old, 0)
	:: else
	fi
}

#define OBJECTS	(SCENE == 2 || SCENE == 5 -> 1 : 2)

/* KeWaitForMultipleObjects(); @may_end: a timeout, which may come at once */
inline wait(w, may_end)
{
	status[w] = WAITING;
	done = 0;
	if
	:: !all -> take_unlocked(0)
	:: else
	fi;
	if
	:: done -> status[w] = 1
#if BUG == 6
	:: !done && SCENE == 3 ->
		take_unlocked(1);
		if
		:: done -> status[w] = 2
		:: else
		fi
#endif
	:: else
	fi;
	if
	:: done
	:: else ->
		take_lock();
		lock_word(0);
		if
		:: OBJECTS == 2 -> lock_word(1)
		:: else
		fi;
		complete(w);
		if
		:: status[w] == WAITING ->
			queued[2 * w] = 1;
			queued[2 * w + 1] = OBJECTS == 2
		:: else
		fi;
		o2 = 0;
		do
		:: o2 < OBJECTS -> unlock_word(o2); o2++
		:: else -> break
		od;
		if
		:: status[w] == WAITING ->
			drop_lock();
			if
			:: status[w] != WAITING
			:: may_end
			fi;
			/* eres_waiter_end() */
			if
			:: BUG == 5 && status[w] != WAITING
			:: else ->
				take_lock();
				if
				:: status[w] == WAITING -> dequeue(w, 2); status[w] = GAVE_UP
				:: else
				fi;
				drop_lock()
			fi
		:: else -> drop_lock()
		fi
	fi
}

#define LOCALS	bit done; short old, was; byte o2, w2

#if SCENE == 1
proctype waiter()
{
	LOCALS;

	all = 1;
	wait(0, 1);
	returned++
}

/* Takes one event if it is set, and sets it again. */
proctype taker()
{
	LOCALS;

	take_unlocked(0);
	if
	:: done -> set(0)
	:: else
	fi;
	returned++
}

proctype setter()
{
	LOCALS;

	set(0);
	set(1);
	returned++
}

init
{
	atomic { run waiter(); run taker(); run setter() }
	returned == 3;
	assert(status[0] == GAVE_UP -> state[0] == 1 && state[1] == 1 :
				       state[0] == 0 && state[1] == 0);
	assert(!queued[0] && !queued[1])
}
#endif

#if SCENE == 2
proctype waiter(byte w)
{
	LOCALS;

	wait(w, 0);
	assert(status[w] == 1);
	/* Who returns last frees it. */
	atomic {
		returned++;
		if
		:: returned == 2 -> freed[0] = 1
		:: else
		fi
	}
}

init
{
	LOCALS;

	atomic { run waiter(0); run waiter(1) }
	set(0)
}
#endif

#if SCENE == 3
proctype waiter()
{
	LOCALS;

	wait(0, 1);
	assert(status[0] == 1 || status[0] == GAVE_UP);
	returned++
}

init
{
	LOCALS;

	run waiter();
	set(0);
	set(1);
	returned == 1;
	assert(state[0] == (status[0] == GAVE_UP) && state[1] == 1);
	assert(!queued[0] && !queued[1])
}
#endif

#if SCENE == 6
/* eres_waiter_begin() with both objects the first one, and nothing to be had. */
proctype poller()
{
	LOCALS;

	take_lock();
	lock_word(0);
	lock_word(0);
	if
	:: state[0] -> state[0] = 0; status[0] = 1
	:: else -> status[0] = GAVE_UP
	fi;
	unlock_word(0);
	unlock_word(0);
	drop_lock();
	returned++
}

proctype setter()
{
	LOCALS;

	set(0);
	returned++
}

init
{
	atomic { run poller(); run setter() }
	returned == 2;
	assert(state[0] == (status[0] == GAVE_UP))
}
#endif

#if SCENE == 5
byte raised;

proctype setter()
{
	LOCALS;

	set(0);
	/* Or it was set already, and is so no more than once. */
	raised = raised + (old == 0);
	returned++
}

init
{
	LOCALS;

	atomic { run setter(); run setter() }
	wait(0, 0);
	assert(status[0] == 1);
	returned == 2;
	assert(raised == 1 + state[0])
}
#endif

#if SCENE == 4
/* KeReleaseMutex() of the last level: 1 is free. The owner is cleared before. */
inline release(self)
{
	assert(owner == self);
	atomic { old = state[0]; done = !locked[0] && old == 0 }
	if
	:: done ->
#if BUG == 7
		change(0, 0, 1);
		if
		:: done -> owner = 0
		:: else
		fi
#else
		owner = 0;
		change(0, 0, 1);
		if
		:: done
		:: else -> owner = self
		fi
#endif
	:: else
	fi;
	if
	:: done
	:: else ->
		take_lock();
		lock_word(0);
		assert(owner == self);
		old = state[0];
		if
		:: old == 0 -> owner = 0
		:: else
		fi;
		state[0] = old + 1;
		o2 = 2 - self;
		if
		:: old == 0 && queued[2 * o2] ->
			state[0] = 0;
			owner = o2 + 1;
			given[o2] = 1;
			queued[2 * o2] = 0
		:: else
		fi;
		unlock_word(0);
		drop_lock()
	fi
}

/* Again, or for the first time; by self - 1. */
inline acquire(self)
{
	atomic { old = state[0]; done = !locked[0] }
	if
	:: done && (old > 0 || owner == self) ->
		change(0, old, old - 1);
		if
		:: done && old > 0 -> owner = self
		:: else
		fi
	:: else -> done = 0
	fi;
	if
	:: done
	:: else ->
		given[self - 1] = 0;
		take_lock();
		lock_word(0);
		old = state[0];
		if
		:: old > 0 || owner == self ->
			state[0] = old - 1;
			owner = self;
			given[self - 1] = 1
		:: else -> queued[2 * (self - 1)] = 1
		fi;
		unlock_word(0);
		drop_lock();
		given[self - 1];
		take_lock();
		drop_lock()
	fi
}

proctype user(byte self)
{
	byte round;
	LOCALS;

	do
	:: round < 2 ->
		acquire(self);
		inside++;
		assert(inside == 1);
		if
		:: acquire(self); release(self)
		:: true
		fi;
		inside--;
		release(self);
		round++
	:: else -> break
	od;
	returned++
}

/* With a timeout of 0, in an interrupt: it takes nothing, but locks the word. */
proctype looker()
{
	LOCALS;

	take_lock();
	lock_word(0);
	unlock_word(0);
	drop_lock();
	returned++
}

init
{
	state[0] = 1;
	atomic { run user(1); run user(2); run looker() }
	returned == 3;
	assert(state[0] == 1 && !owner)
}
#endif
