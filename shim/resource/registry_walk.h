/* SPDX-License-Identifier: GPL-2.0-only */
/* A walk over all live resources, a few at a time. */
#ifndef ERES_REGISTRY_WALK_H
#define ERES_REGISTRY_WALK_H

#include "report/snapshot.h"

struct eres_registry_walk {
	/* In a bucket's list, to hold the place. Not a live one. */
	ERESOURCE cursor;
	unsigned int bucket;
	bool listed;
	bool done;
	/* What is copied is taken off the list, since this module goes. */
	struct module *goer;
	/* One whose memory has gone, and which has been cut out of the list. */
	const ERESOURCE *lost;
};

/* Return: whether to keep a copy of this one. Under the bucket's lock. */
typedef bool (*eres_resource_fn)(const ERESOURCE *r, void *data);

void eres_registry_walk_begin(struct eres_registry_walk *walk);
unsigned int eres_registry_walk_on(struct eres_registry_walk *walk,
				   eres_resource_fn want, void *data,
				   struct eres_snapshot *found,
				   unsigned int room);
void eres_registry_walk_end(struct eres_registry_walk *walk);

#endif /* ERES_REGISTRY_WALK_H */
