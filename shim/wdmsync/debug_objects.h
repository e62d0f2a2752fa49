/* SPDX-License-Identifier: GPL-2.0-only */
/* What is queued as objects with a life, where the kernel watches over what is freed. */
#ifndef WDMSYNC_DEBUG_OBJECTS_H
#define WDMSYNC_DEBUG_OBJECTS_H

enum eres_debug_kind {
	ERES_DEBUG_TIMER,
	ERES_DEBUG_DPC,
	/* Of both kinds. */
	ERES_DEBUG_WORK,
};

#ifdef CONFIG_DEBUG_OBJECTS_FREE
void eres_debug_stock(void);
void eres_debug_queued(enum eres_debug_kind kind, void *object);
void eres_debug_left(enum eres_debug_kind kind, void *object);
#else
static inline void eres_debug_stock(void) { }
static inline void eres_debug_queued(enum eres_debug_kind kind, void *object) { }
static inline void eres_debug_left(enum eres_debug_kind kind, void *object) { }
#endif

#endif /* WDMSYNC_DEBUG_OBJECTS_H */
