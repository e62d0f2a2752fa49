// SPDX-License-Identifier: GPL-2.0-only
/*
 * Classes of lockdep for locks that are a word.
 *
 * Such a lock has no room for a lockdep_map, and its memory may go without a word to
 * us. So all locks that one call site has initialised share one map here, and have
 * its number in them. To lockdep they are one lock: who has one of them already
 * acquires another as if there had been no wait, since drivers take several in the
 * order of their addresses. Of a lock that nobody has initialised, which then is
 * all zeroes, lockdep is told nothing.
 *
 * A number is never used for a second site. That of a site whose module has gone is
 * one of no class any more.
 */
#include <linux/hash.h>
#include <linux/lockdep.h>
#include <linux/module.h>
#include <linux/spinlock.h>

#include "storage.h"
#include "classes.h"

/* @site: written under the lock, after the map. */
struct eres_class {
	struct lockdep_map map;
	const struct eres_site *site;
};

static struct eres_class eres_classes[ERES_CLASSES];
static DEFINE_RAW_SPINLOCK(eres_classes_lock);

/* In the place of a site that has gone, so that those behind it are found. */
static const struct eres_site eres_gone;

/* Under the lock, or racily: then only what is found counts. 0: it is full. */
static unsigned int eres_class_slot(const struct eres_site *site)
{
	unsigned int slot = hash_ptr(site, ERES_CLASS_BITS);
	unsigned int i;

	for (i = 0; i < ERES_CLASSES; i++, slot = (slot + 1) % ERES_CLASSES) {
		/* Pairs with the release of who has stored it. */
		const struct eres_site *there = smp_load_acquire(&eres_classes[slot].site);

		if (slot && (!there || there == site))
			return slot;
	}
	return 0;
}

static unsigned int eres_class_new(struct eres_site *site, u8 wait_type)
{
	struct eres_class *class;
	unsigned long flags;
	unsigned int slot;

	raw_spin_lock_irqsave(&eres_classes_lock, flags);
	slot = eres_class_slot(site);
	class = &eres_classes[slot];
	if (slot && !class->site) {
		lockdep_init_map_wait(&class->map, site->name, &site->key, 0, wait_type);
		/* Pairs with the acquire in eres_class_slot(). */
		smp_store_release(&class->site, site);
	}
	raw_spin_unlock_irqrestore(&eres_classes_lock, flags);
	return slot;
}

/**
 * eres_class_of() - The number of a call site's class.
 * @site: the call site; static, in a driver
 * @wait_type: LD_WAIT_... of its locks
 *
 * Context: Any but NMI.
 * Return: the number; 0 if there are no more.
 */
unsigned int eres_class_of(struct eres_site *site, u8 wait_type)
{
	unsigned int slot = eres_class_slot(site);

	return slot && eres_classes[slot].site == site ? slot :
							 eres_class_new(site, wait_type);
}

static struct lockdep_map *eres_class_map(unsigned int number)
{
	struct eres_class *class = &eres_classes[number % ERES_CLASSES];
	/* Pairs with the release in eres_class_new(). */
	const struct eres_site *site = smp_load_acquire(&class->site);

	return site && site != &eres_gone ? &class->map : NULL;
}

/**
 * eres_class_acquire() - The caller is about to have a lock of that class.
 * @class: its number, or 0
 * @mode: how
 * @try: the caller does not wait
 * @caller: who asks for it
 */
void eres_class_acquire(unsigned int class, enum eres_class_mode mode, bool try,
			const void *caller)
{
	struct lockdep_map *map = eres_class_map(class);

	if (map)
		lock_acquire(map, 0, try || lock_is_held(map), mode, 1, NULL,
			     (unsigned long)caller);
}

/* The caller is about not to have it any more. */
void eres_class_release(unsigned int class)
{
	struct lockdep_map *map = eres_class_map(class);

	if (map && lock_is_held(map))
		lock_release(map, _RET_IP_);
}

/*
 * A driver's routine has returned: what it has left locked is not the thread's any more,
 * where the next driver's runs.
 */
void eres_classes_left(void)
{
	unsigned int i;

	for (i = 0; i < ERES_CLASSES; i++) {
		struct lockdep_map *map = eres_class_map(i);

		/* Where lockdep is off the answer is another one, for ever. */
		while (map && lock_is_held(map) == LOCK_STATE_HELD)
			lock_release(map, _RET_IP_);
	}
}

/* lockdep forgets the keys of a module that goes; nobody is in its code any more. */
static int eres_classes_event(struct notifier_block *nb, unsigned long action, void *data)
{
	unsigned int i;

	if (action != MODULE_STATE_GOING)
		return NOTIFY_OK;
	raw_spin_lock_irq(&eres_classes_lock);
	for (i = 0; i < ERES_CLASSES; i++)
		if (within_module((unsigned long)eres_classes[i].site, data))
			WRITE_ONCE(eres_classes[i].site, &eres_gone);
	raw_spin_unlock_irq(&eres_classes_lock);
	return NOTIFY_OK;
}

static struct notifier_block eres_classes_nb = {
	.notifier_call = eres_classes_event,
};

int eres_classes_init(void)
{
	return register_module_notifier(&eres_classes_nb);
}

void eres_classes_exit(void)
{
	unregister_module_notifier(&eres_classes_nb);
}
