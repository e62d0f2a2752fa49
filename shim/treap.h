/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Things in order, however many there are: a treap. By their keys, and where these are
 * equal their addresses, a search tree; by weights, which are hashes of their addresses, a
 * heap. So it is as deep as a tree that was built in random order: logarithmic, whatever
 * drivers do. A node is three words, where one of the kernel's rbtree has that without a
 * key; what is to be removed is found by it.
 *
 * Protected by the caller.
 */
#ifndef ERES_TREAP_H
#define ERES_TREAP_H

#include <linux/types.h>

struct eres_node {
	/* The children. */
	struct eres_node *before;
	struct eres_node *after;
	s64 key;
};

void eres_treap_insert(struct eres_node **link, struct eres_node *node);
struct eres_node **eres_treap_find(struct eres_node **link, const struct eres_node *node, s64 key);
void eres_treap_remove(struct eres_node **link);
struct eres_node *eres_treap_next(struct eres_node *root, const struct eres_node *node);

/* The first of all; %NULL if there is none. */
static inline struct eres_node *eres_treap_first(struct eres_node *node)
{
	while (node && node->before)
		node = node->before;
	return node;
}

/* One with that key; %NULL if there is none. */
static inline struct eres_node *eres_treap_look_up(struct eres_node *node, s64 key)
{
	while (node && node->key != key)
		node = key < node->key ? node->before : node->after;
	return node;
}

#endif /* ERES_TREAP_H */
