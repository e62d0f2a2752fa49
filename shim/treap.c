// SPDX-License-Identifier: GPL-2.0-only
/* Things in order: see treap.h. For the second module as well. */
#include <linux/export.h>
#include <linux/hash.h>

#include "treap.h"

static u32 eres_node_weight(const struct eres_node *node)
{
	return hash_long((unsigned long)node, 32);
}

/* @node, with @key, is before the other one. No two are at the same place. */
static bool eres_node_before(s64 key, const struct eres_node *node,
			     const struct eres_node *other)
{
	return key != other->key ? key < other->key : node < other;
}

/* Below what weighs more; what weighs less is split, and goes below. */
void eres_treap_insert(struct eres_node **link, struct eres_node *node)
{
	struct eres_node **before = &node->before, **after = &node->after;
	u32 weight = eres_node_weight(node);
	struct eres_node *rest;

	while (*link && eres_node_weight(*link) >= weight)
		link = eres_node_before(node->key, node, *link) ? &(*link)->before :
								  &(*link)->after;
	rest = *link;
	*link = node;
	while (rest) {
		if (eres_node_before(node->key, node, rest)) {
			*after = rest;
			after = &rest->before;
			rest = rest->before;
		} else {
			*before = rest;
			before = &rest->after;
			rest = rest->after;
		}
	}
	*before = NULL;
	*after = NULL;
}
EXPORT_SYMBOL_GPL(eres_treap_insert);

/* Where it is, if it has that @key; %NULL: nowhere. @node itself is not looked at. */
struct eres_node **eres_treap_find(struct eres_node **link, const struct eres_node *node, s64 key)
{
	while (*link && *link != node)
		link = eres_node_before(key, node, *link) ? &(*link)->before :
							    &(*link)->after;
	return *link ? link : NULL;
}
EXPORT_SYMBOL_GPL(eres_treap_find);

/* What was below it is joined, the heavier one above. */
void eres_treap_remove(struct eres_node **link)
{
	struct eres_node *before = (*link)->before, *after = (*link)->after;

	while (before && after) {
		if (eres_node_weight(before) >= eres_node_weight(after)) {
			*link = before;
			link = &before->after;
			before = *link;
		} else {
			*link = after;
			link = &after->before;
			after = *link;
		}
	}
	*link = before ?: after;
}
EXPORT_SYMBOL_GPL(eres_treap_remove);

/* The one behind @node, which need not be there; %NULL if there is none. */
struct eres_node *eres_treap_next(struct eres_node *root, const struct eres_node *node)
{
	struct eres_node *next = NULL;

	while (root) {
		if (eres_node_before(node->key, node, root)) {
			next = root;
			root = root->before;
		} else {
			root = root->after;
		}
	}
	return next;
}
EXPORT_SYMBOL_GPL(eres_treap_next);
