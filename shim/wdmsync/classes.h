/* SPDX-License-Identifier: GPL-2.0-only */
/* Classes of lockdep for locks that are a word: each has the number of its class in it. */
#ifndef WDMSYNC_CLASSES_H
#define WDMSYNC_CLASSES_H

#include <linux/bits.h>
#include <linux/lockdep.h>
#include <linux/types.h>

struct eres_site;

/* 0 is no class. */
#define ERES_CLASS_BITS	10
#define ERES_CLASSES	BIT(ERES_CLASS_BITS)

/* How it was acquired, as lockdep numbers it. */
enum eres_class_mode {
	ERES_CLASS_WRITE = 0,
	ERES_CLASS_READ = 1,
	ERES_CLASS_READ_AGAIN = 2,
};

#ifdef CONFIG_DEBUG_LOCK_ALLOC
unsigned int eres_class_of(struct eres_site *site, u8 wait_type);
void eres_class_acquire(unsigned int class, enum eres_class_mode mode, bool try,
			const void *caller);
void eres_class_release(unsigned int class);
void eres_classes_left(void);
int eres_classes_init(void);
void eres_classes_exit(void);
#else
static inline unsigned int eres_class_of(struct eres_site *site, u8 wait_type)
{
	return 0;
}

static inline void eres_class_acquire(unsigned int class, enum eres_class_mode mode,
				      bool try, const void *caller) { }
static inline void eres_class_release(unsigned int class) { }
static inline void eres_classes_left(void) { }
static inline int eres_classes_init(void) { return 0; }
static inline void eres_classes_exit(void) { }
#endif

#endif /* WDMSYNC_CLASSES_H */
