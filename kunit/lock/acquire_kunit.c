// SPDX-License-Identifier: GPL-2.0-only
/* Who gets a resource: each routine in each state, with Wait FALSE and with Wait TRUE. */
#include "cells.h"
#include "setting.h"

static const struct eres_cell acquire_cells[] = {
	{ "exclusive: unowned", ERES_EXCLUSIVE, ERES_UNOWNED, ERES_GRANT },
	{ "exclusive: exclusive by T", ERES_EXCLUSIVE, ERES_EXCLUSIVE_BY_T, ERES_GRANT },
	{ "exclusive: exclusive by T, waiters", ERES_EXCLUSIVE,
	  ERES_EXCLUSIVE_BY_T_WAITERS, ERES_GRANT },
	{ "exclusive: exclusive by another", ERES_EXCLUSIVE, ERES_EXCLUSIVE_BY_OTHER, ERES_WAIT },
	{ "exclusive: shared by T, no W", ERES_EXCLUSIVE, ERES_SHARED_BY_T, ERES_SELF_DEADLOCK },
	{ "exclusive: shared by T, W", ERES_EXCLUSIVE, ERES_SHARED_BY_T_W, ERES_SELF_DEADLOCK },
	{ "exclusive: shared by others, no W", ERES_EXCLUSIVE, ERES_SHARED_BY_OTHERS, ERES_WAIT },
	{ "exclusive: shared by others, W", ERES_EXCLUSIVE, ERES_SHARED_BY_OTHERS_W, ERES_WAIT },

	{ "shared: unowned", ERES_SHARED, ERES_UNOWNED, ERES_GRANT },
	{ "shared: exclusive by T", ERES_SHARED, ERES_EXCLUSIVE_BY_T, ERES_GRANT },
	{ "shared: exclusive by T, waiters", ERES_SHARED, ERES_EXCLUSIVE_BY_T_WAITERS, ERES_GRANT },
	{ "shared: exclusive by another", ERES_SHARED, ERES_EXCLUSIVE_BY_OTHER, ERES_WAIT },
	{ "shared: shared by T, no W", ERES_SHARED, ERES_SHARED_BY_T, ERES_GRANT },
	{ "shared: shared by T, W", ERES_SHARED, ERES_SHARED_BY_T_W, ERES_GRANT },
	{ "shared: shared by others, no W", ERES_SHARED, ERES_SHARED_BY_OTHERS, ERES_GRANT },
	{ "shared: shared by others, W", ERES_SHARED, ERES_SHARED_BY_OTHERS_W, ERES_WAIT },

	{ "starve: unowned", ERES_STARVE, ERES_UNOWNED, ERES_GRANT },
	{ "starve: exclusive by T", ERES_STARVE, ERES_EXCLUSIVE_BY_T, ERES_GRANT },
	{ "starve: exclusive by T, waiters", ERES_STARVE, ERES_EXCLUSIVE_BY_T_WAITERS, ERES_GRANT },
	{ "starve: exclusive by another", ERES_STARVE, ERES_EXCLUSIVE_BY_OTHER, ERES_WAIT },
	{ "starve: shared by T, no W", ERES_STARVE, ERES_SHARED_BY_T, ERES_GRANT },
	{ "starve: shared by T, W", ERES_STARVE, ERES_SHARED_BY_T_W, ERES_GRANT },
	{ "starve: shared by others, no W", ERES_STARVE, ERES_SHARED_BY_OTHERS, ERES_GRANT },
	{ "starve: shared by others, W", ERES_STARVE, ERES_SHARED_BY_OTHERS_W, ERES_GRANT },

	{ "wait for: unowned", ERES_WAIT_FOR, ERES_UNOWNED, ERES_GRANT },
	{ "wait for: exclusive by T", ERES_WAIT_FOR, ERES_EXCLUSIVE_BY_T, ERES_GRANT },
	{ "wait for: exclusive by T, waiters", ERES_WAIT_FOR,
	  ERES_EXCLUSIVE_BY_T_WAITERS, ERES_GRANT },
	{ "wait for: exclusive by another", ERES_WAIT_FOR, ERES_EXCLUSIVE_BY_OTHER, ERES_WAIT },
	{ "wait for: shared by T, no W", ERES_WAIT_FOR, ERES_SHARED_BY_T, ERES_GRANT },
	{ "wait for: shared by T, W", ERES_WAIT_FOR, ERES_SHARED_BY_T_W, ERES_SELF_DEADLOCK },
	{ "wait for: shared by others, no W", ERES_WAIT_FOR, ERES_SHARED_BY_OTHERS, ERES_GRANT },
	{ "wait for: shared by others, W", ERES_WAIT_FOR, ERES_SHARED_BY_OTHERS_W, ERES_WAIT },
};

KUNIT_ARRAY_PARAM_DESC(acquire_cells, acquire_cells, name);

static void without_wait(struct kunit *test)
{
	eres_cell_try(test, test->param_value);
}

static void with_wait(struct kunit *test)
{
	eres_cell_wait(test, test->param_value);
}

ERES_RULES(acquire,
	   KUNIT_CASE_PARAM(without_wait, acquire_cells_gen_params),
	   KUNIT_CASE_PARAM(with_wait, acquire_cells_gen_params));
