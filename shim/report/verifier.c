// SPDX-License-Identifier: GPL-2.0-only
/*
 * Module parameter "verifier", and the rules about IRQL.
 *
 * 0 is what Windows always checks, 1 also what Driver Verifier checks, 2 the
 * same, and the first violation ends in a panic.
 */
#include <linux/moduleparam.h>
#include <linux/mutex.h>

#include "report/misuse.h"

unsigned int eres_verifier = 1;

DEFINE_STATIC_KEY_TRUE(eres_verifier_key);

/* The caller holds the lock of the module's parameters. */
static int eres_verifier_set(const char *text, const struct kernel_param *kp)
{
	int err = param_set_uint_minmax(text, kp, 0, 2);

	if (err)
		return err;
	if (eres_verifier)
		static_branch_enable(&eres_verifier_key);
	else
		static_branch_disable(&eres_verifier_key);
	return 0;
}

static const struct kernel_param_ops eres_verifier_ops = {
	.set = eres_verifier_set,
	.get = param_get_uint,
};

module_param_cb(verifier, &eres_verifier_ops, &eres_verifier, 0644);
MODULE_PARM_DESC(verifier,
		 "misuse to report: 0 what Windows always checks, 1 also what Driver Verifier checks (default), 2 as 1, and panic");

static const char eres_irql_rule[] =
	"IrqlExApcLte3: the routine must be called at IRQL <= APC_LEVEL";

static void eres_report_rule(struct eres_call call, ERESOURCE *r,
			     enum eres_way way)
{
	eres_report_way(call, r, way, ERES_VERIFIER, ERES_V_IRQL_EX_APC_LTE3,
			(unsigned long)eres_irql_rule, (unsigned long)r, 0);
}

/*
 * An acquire, of a live resource, at DISPATCH_LEVEL. The verifier has a rule for it.
 * Without the verifier, Windows notices when it is about to boost the owner.
 */
void eres_report_irql(struct eres_call call, ERESOURCE *r)
{
	if (eres_verifies())
		eres_report_rule(call, r, ERES_WAY_ACQUIRE);
	else
		eres_report(call, r, ERES_AUTO_BOOST_RAISED_IRQL,
			    eres_current_id(), (unsigned long)r,
			    eres_irql(eres_thread_find()), 0);
}

/* For routines that have nothing but the rule against it. */
void eres_check_irql(struct eres_call call, ERESOURCE *r)
{
	/* A thread that raised itself to it is in atomic context as well. */
	if (eres_verifies() && unlikely(eres_in_atomic_context()))
		eres_report_rule(call, r, ERES_WAY_USUAL);
}
