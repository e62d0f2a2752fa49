// SPDX-License-Identifier: GPL-2.0-only
/* All rows, in the order in which they are shown. */
#include "bench.h"

static const struct bench_row *const bench_tables[] = {
	bench_pair_rows, bench_region_rows, bench_other_rows,
	bench_pointer_rows, bench_foreign_rows, bench_load_rows,
	bench_crowd_rows, bench_wake_rows, bench_revoke_rows,
	bench_scale_rows, bench_holders_rows,
	bench_wdm_lock_rows, bench_wdm_wait_rows, bench_wdm_other_rows,
};

const struct bench_row *bench_row(unsigned int index)
{
	const struct bench_row *row;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bench_tables); i++)
		for (row = bench_tables[i]; row->name; row++)
			if (!index--)
				return row;
	return NULL;
}
