// SPDX-License-Identifier: GPL-2.0-only
/* Records that show whether they are whole. */
#include <stddef.h>

#include "demo.h"

static u64 record_key(const struct record *r)
{
	u64 key = r->file;

	key = key * 1000003 + r->slot;
	key = key * 1000003 + r->writer;
	key = key * 1000003 + r->seq;
	return key * 1000003 + r->start;
}

void make_record(struct record *r, int file, int slot, int writer, u64 seq,
		 u64 start)
{
	u64 key;
	int i;

	r->file = file;
	r->slot = slot;
	r->writer = writer;
	r->seq = seq;
	r->start = start;
	key = record_key(r);
	for (i = 0; i < RECORD_WORDS; i++)
		r->body[i] = key * (2 * i + 1);
	r->sum = ~key;
}

/* Returns what is wrong with it, or NULL. */
const char *check_record(const struct record *r, int file, int slot)
{
	u64 key = record_key(r);
	int i;

	if (r->sum != ~key)
		return "torn: its ends differ";
	for (i = 0; i < RECORD_WORDS; i++)
		if (r->body[i] != key * (2 * i + 1))
			return "torn: its middle is foreign";
	if (r->file != (u64)file || r->slot != (u64)slot)
		return "in the wrong place";
	return NULL;
}
