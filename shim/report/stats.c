// SPDX-License-Identifier: GPL-2.0-only
/* debugfs file "stats": how often what was reported, and how much was waited. */
#include <linux/atomic.h>
#include <linux/math64.h>
#include <linux/percpu.h>
#include <linux/seq_file.h>
#include <linux/time64.h>

#include "report/report_names.h"
#include "report/stats.h"

/* On each CPU, of waits that ended there. */
struct eres_wait_stats {
	u64 waits;
	u64 ns;
	u64 longest;
};

static DEFINE_PER_CPU(struct eres_wait_stats, eres_exclusive_waits);
static DEFINE_PER_CPU(struct eres_wait_stats, eres_shared_waits);

static atomic64_t eres_misuses[ERES_MISUSES];

/* Task context. */
void eres_count_wait(enum eres_request request, u64 ns)
{
	struct eres_wait_stats *stats;

	stats = request == ERES_EXCLUSIVE ? get_cpu_ptr(&eres_exclusive_waits) :
					    get_cpu_ptr(&eres_shared_waits);
	/* Read by others: racily, but not torn. */
	WRITE_ONCE(stats->waits, stats->waits + 1);
	WRITE_ONCE(stats->ns, stats->ns + ns);
	if (ns > stats->longest)
		WRITE_ONCE(stats->longest, ns);
	put_cpu_ptr(stats);
}

/* Any context. */
void eres_count_misuse(const struct eres_report *report)
{
	atomic64_inc(&eres_misuses[eres_misuse_index(report)]);
}

static void eres_show_waits(struct seq_file *m, const char *mode,
			    const struct eres_wait_stats __percpu *stats)
{
	struct eres_wait_stats sum = {};
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct eres_wait_stats *one = per_cpu_ptr(stats, cpu);

		sum.waits += READ_ONCE(one->waits);
		sum.ns += READ_ONCE(one->ns);
		sum.longest = max(sum.longest, READ_ONCE(one->longest));
	}
	seq_printf(m, "%s_waits %llu\n%s_wait_us %llu\n%s_longest_wait_us %llu\n",
		   mode, sum.waits, mode, div_u64(sum.ns, NSEC_PER_USEC), mode,
		   div_u64(sum.longest, NSEC_PER_USEC));
}

int eres_stats_show(struct seq_file *m, void *unused)
{
	unsigned int i;

	eres_show_waits(m, "exclusive", &eres_exclusive_waits);
	eres_show_waits(m, "shared", &eres_shared_waits);
	for (i = 0; i < ERES_MISUSES; i++) {
		const struct eres_misuse *misuse = eres_misuse_at(i);

		seq_printf(m, "0x%x", misuse->code);
		if (misuse->subcode)
			seq_printf(m, "/0x%x", misuse->subcode);
		seq_printf(m, " %lld %s: %s\n", atomic64_read(&eres_misuses[i]),
			   misuse->name, misuse->what);
	}
	return 0;
}
