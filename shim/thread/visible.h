/* SPDX-License-Identifier: GPL-2.0-only */
/* Records that may have visible readers. */
#ifndef ERES_VISIBLE_H
#define ERES_VISIBLE_H

#include <linux/types.h>

struct eres_thread;

/* So many threads may have visible readers at a time. */
#define ERES_MAX_VISIBLE	256

bool eres_become_visible(struct eres_thread *thread);
void eres_become_invisible(struct eres_thread *thread);
struct eres_thread *eres_next_visible(unsigned long *slot);

#endif /* ERES_VISIBLE_H */
