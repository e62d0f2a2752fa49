/* SPDX-License-Identifier: GPL-2.0-only */
/* Module parameter "verifier": what is checked, at what cost. */
#ifndef ERES_VERIFIER_H
#define ERES_VERIFIER_H

#include <linux/jump_label.h>

/* At least 1; a check that this guards costs a no-op if it is 0. */
DECLARE_STATIC_KEY_TRUE(eres_verifier_key);

extern unsigned int eres_verifier;

static inline bool eres_verifies(void)
{
	return static_branch_likely(&eres_verifier_key);
}

#endif /* ERES_VERIFIER_H */
