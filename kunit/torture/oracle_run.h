/* SPDX-License-Identifier: GPL-2.0-only */
/* One episode of the oracle, and how steps are chosen and told. */
#ifndef ERES_ORACLE_RUN_H
#define ERES_ORACLE_RUN_H

#include <linux/prandom.h>

#include "oracle.h"
#include "oracle_actor.h"
#include "report/report.h"

/* Where an oracle's episodes take place, one after the other. */
struct oracle_run;

struct oracle_run *oracle_run_new(void);
void oracle_run_free(struct oracle_run *run);

/* In any context: is a report about what is done there? If so, to be noted. */
bool oracle_run_claims(const struct oracle_run *run,
		       const struct eres_report *report);
void oracle_run_note(struct oracle_run *run, const struct eres_report *report);

/**
 * struct oracle_episode - a sequence of steps from nothing to nothing
 * @run: where it takes place
 * @threads: of the model
 * @resources: of the model
 * @together: all threads are on the CPU of the caller, the actors of higher
 *            priority: whatever they can do they have done when it runs
 * @lie: expect something wrong
 * @patience: in jiffies, for a thread to return
 * @random: where steps come from; not used if they are given
 * @steps: that were done, or are to be done
 * @count: of @steps
 * @failed_at: index of the step after which something was wrong; @count if
 *             that was while unwinding
 * @failed: whether
 * @stuck: threads could not be brought to an end, and go on using @run
 * @result: where to count
 */
struct oracle_episode {
	struct oracle_run *run;
	unsigned int threads;
	unsigned int resources;
	bool together;
	bool lie;
	unsigned long patience;
	struct rnd_state random;
	struct om_step steps[ERES_ORACLE_KEPT];
	unsigned int count;
	unsigned int failed_at;
	bool failed;
	bool stuck;
	struct eres_oracle_result *result;
};

/* Makes up @episode->steps, or does those that there are. */
void oracle_run_episode(struct oracle_episode *episode, bool given);

/* oracle_choose.c: a step that is possible where the model is now */
bool oracle_choose_step(const struct om_model *model, struct rnd_state *random,
			struct om_step *step);

/* oracle_print.c */
#define ORACLE_STEP_TEXT	80
const char *oracle_step_text(const struct om_step *step, char *text);

/* oracle_shrink.c: fewer steps that fail as well */
void oracle_shrink(struct oracle_episode *episode);

#endif /* ERES_ORACLE_RUN_H */
