/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A sequential model of the contract, for comparison with the real thing. It
 * shares nothing with it, knows no concurrency, and derives all that it can
 * from who holds what and who waits for what.
 */
#ifndef ERES_ORACLE_MODEL_H
#define ERES_ORACLE_MODEL_H

#include <linux/types.h>

#define OM_THREADS	8
#define OM_RESOURCES	4
#define OM_POINTERS	3
#define OM_REPORTS	3

/* The runner itself, as far as it acts when nobody else can. */
#define OM_CONTROLLER	OM_THREADS

enum om_op {
	OM_EXCLUSIVE,
	OM_TRY_EXCLUSIVE,
	OM_SHARED,
	OM_STARVE,
	OM_WAIT_FOR,
	OM_ENTER_EXCLUSIVE,
	OM_ENTER_SHARED,
	OM_ENTER_WAIT_FOR,
	OM_FLT_EXCLUSIVE,
	OM_FLT_SHARED,
	OM_RELEASE,
	OM_RELEASE_LEAVE,
	OM_FLT_RELEASE,
	OM_RELEASE_FOR,
	OM_RELEASE_POINTER,
	OM_CONVERT,
	OM_HAND_OVER,
	OM_HAND_OVER_EX,
	OM_HAND_OVER_BAD,
	OM_ENTER_CRITICAL,
	OM_LEAVE_CRITICAL,
	OM_ENTER_FS,
	OM_EXIT_FS,
	OM_ENTER_GUARDED,
	OM_LEAVE_GUARDED,
	OM_RAISE,
	OM_LOWER,
	OM_DELETE,
	OM_INIT_AGAIN,
	OM_REINIT,
	OM_OPS,
};

/* Where the actor does it. */
enum om_context {
	OM_TASK,
	OM_AT_DISPATCH,
	OM_SOFTIRQ,
};

struct om_step {
	u8 actor;
	u8 op;
	u8 resource;
	/* OM_RELEASE_FOR: thread. Pointers: which. OM_RAISE, OM_LOWER: IRQL. */
	u8 arg;
	u8 wait;
	u8 context;
};

struct om_hold {
	u32 levels;
	bool exclusive;
};

enum om_wait {
	OM_RUNS,
	OM_WAITS_EXCLUSIVE,
	OM_WAITS_SHARED,
};

struct om_thread {
	struct om_hold hold[OM_RESOURCES];
	int critical;
	int guarded;
	u8 irql;
	enum om_wait wait;
	u8 waits_for;
};

struct om_model {
	unsigned int threads;
	unsigned int resources;
	/* The controller is one of them, who never holds anything. */
	struct om_thread thread[OM_THREADS + 1];
	/* Handed over: levels under an owner pointer. */
	struct om_hold pointer[OM_POINTERS][OM_RESOURCES];
};

struct om_report {
	u32 code;
	u32 sub;
};

/**
 * struct om_effect - what has to follow a step
 * @blocks: the actor does not return
 * @result: what it returns otherwise
 * @reports: how many misuses are reported, and which
 * @granted: waiting threads that return
 * @choice: waiting threads of which exactly one returns as exclusive owner;
 *          om_choose() tells the model which
 * @choice_of: the resource
 */
struct om_effect {
	bool blocks;
	u32 result;
	u32 reports;
	struct om_report report[OM_REPORTS];
	u32 granted;
	u32 choice;
	u8 choice_of;
};

void om_init(struct om_model *model, unsigned int threads,
	     unsigned int resources);
void om_apply(struct om_model *model, const struct om_step *step,
	      struct om_effect *effect);
void om_choose(struct om_model *model, const struct om_effect *effect,
	       unsigned int thread);
u32 om_waiters(const struct om_model *model, unsigned int resource,
	       enum om_wait wait);

/* A step towards nobody holding anything; false if that is so. */
bool om_unwind(const struct om_model *model, struct om_step *step);

#endif /* ERES_ORACLE_MODEL_H */
