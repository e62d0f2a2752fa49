/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What shim/lock/bias.c needs barriers for, as a Promela model: on a weakly ordered
 * machine a load may be satisfied before, a store be seen after, what stands next to
 * it in the program. protocol.pml knows nothing of that: there each step is seen by
 * all at once.
 *
 * A writer's section makes @data odd, and even again. A visible reader looks at it
 * twice. Where a barrier is missing the access that it held back is made at any
 * moment that is left to it. The letters are those of bias.c.
 *
 * Checked: what a reader loads in its section has been there all the time, and is
 * what the last writer has left.
 *
 *   -DBUG=1  A: the hold is seen after the look at the word
 *   -DBUG=2  B: REVOKING is seen after the look at the holds
 *   -DBUG=3  C: the reader's load is satisfied before its second look at the word
 *   -DBUG=4  D: a writer's last store is seen after the word that lets others in
 *   -DBUG=5  E: the reader's load is satisfied before it finds that it was counted
 *   -DBUG=6  G: the reader's last load is satisfied after its hold is gone
 */
#ifndef BUG
#define BUG 0
#endif
#ifndef ROUNDS
#define ROUNDS 3
#endif

mtype = { FREE, TASK, COUNTED, BIASED, REVOKING };

mtype owner = FREE;
short group = 0;

/* The reader's hold: in use, and VISIBLE. */
bit held = 0;
bit visible = 0;

/* Even but for the middle of a writer's section. */
byte data = 0;

/* Somebody who is counted for a moment, and considers a bias. */
proctype other()
{
	byte round = 0;

	do
	:: round < ROUNDS ->
		atomic {
			if
			:: owner == FREE -> owner = BIASED
			:: true
			fi
		}
		round++
	:: else -> break
	od
}

/* __eres_revoke(): B, the look at the reader's hold, and the word that follows */
inline revoke()
{
	if
	:: BUG == 2
	:: else -> owner = REVOKING
	fi;
	atomic {
		found = 0;
		if
		:: held && visible -> visible = 0; found = 1
		:: else
		fi
	}
	if
	:: BUG == 2 -> owner = REVOKING
	:: else
	fi;
	atomic {
		group = group + found;
		if
		:: group > 0 -> owner = COUNTED
		:: else -> owner = FREE
		fi
	}
}

proctype writer()
{
	byte round = 0;
	byte found;

	do
	:: round < ROUNDS ->
		do
		:: owner == BIASED -> revoke()
		/* eres_take_free() */
		:: atomic { owner == FREE -> owner = TASK }; break
		od;
		data++;
		/* D: the store before the word */
		if
		:: BUG == 4 -> owner = FREE; data++
		:: else -> data++; owner = FREE
		fi;
		round++
	:: else -> break
	od
}

proctype reader()
{
	byte round = 0;
	byte loaded;
	bit early;
	bit owns;

	do
	:: round < ROUNDS ->
		round++;
		owns = 0;
		early = 0;
		/* eres_fast_share() */
		if
		:: owner == BIASED -> skip
		:: else -> goto next
		fi;
		if
		:: BUG == 1
		:: else -> atomic { held = 1; visible = 1 }
		fi;
		if
		:: BUG == 3 -> loaded = data; early = 1
		:: true
		fi;
		if
		:: owner == BIASED -> owns = 1
		:: else
		fi;
		if
		:: BUG == 1 -> atomic { held = 1; visible = 1 }
		:: else
		fi;
		if
		:: owns
		:: else ->
			if
			:: BUG == 5 -> loaded = data; early = 1
			:: true
			fi;
			/* Taken back, unless it has been counted; E */
			atomic {
				if
				:: visible -> held = 0; visible = 0
				:: else -> owns = 1
				fi
			}
		fi;
		if
		:: !owns -> goto next
		:: owns && early
		:: owns && !early -> loaded = data
		fi;
		/* In the section, all of the time. */
		if
		:: BUG == 6
		:: else -> assert(loaded == data && loaded % 2 == 0)
		fi;
		/* eres_put_own_level(); G */
		atomic {
			owns = visible;
			held = 0;
			visible = 0
		}
		if
		:: owns
		:: else ->
			/* eres_release_counted() */
			atomic {
				group--;
				if
				:: owner == COUNTED && group == 0 -> owner = FREE
				:: else
				fi
			}
		fi;
		if
		:: BUG == 6 -> assert(loaded == data)
		:: else
		fi;
next:
		skip
	:: else -> break
	od
}

init
{
	atomic { run writer(); run reader(); run other() }
}
