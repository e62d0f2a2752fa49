// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who called.
 *
 * A routine passes its return address on, and mostly that is in a driver. Where
 * the routine is traced it is not: the function-graph tracer and return probes
 * (kretprobe, fprobe) put an address of their own on the stack before it begins,
 * the same for all callers. The unwinder knows what was there before. It is asked
 * only when the answer is needed: for a report, a wait, an event.
 *
 * Drivers are listed as they are loaded, to know their addresses without asking.
 * One that is not in the list is asked about each time, nothing more. Built into the
 * kernel, this code has no addresses to tell from a driver's that is built in, too:
 * the stack is not asked then.
 */
#include <linux/kallsyms.h>
#include <linux/module.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "compat.h"
#include "trace/caller.h"

const char eres_caller_unknown;

struct eres_driver {
	struct list_head link;
	const struct module *module;
	struct rcu_head rcu;
};

/* Changed with the lock, read under RCU. */
static LIST_HEAD(eres_drivers);
static DEFINE_SPINLOCK(eres_drivers_lock);

void eres_driver_comes(const struct module *module)
{
	struct eres_driver *driver = kmalloc(sizeof(*driver), GFP_KERNEL);

	if (!driver)
		return;
	driver->module = module;
	spin_lock(&eres_drivers_lock);
	list_add_rcu(&driver->link, &eres_drivers);
	spin_unlock(&eres_drivers_lock);
}

/* The caller waits for a grace period before the module's memory goes. */
void eres_driver_goes(const struct module *module)
{
	struct eres_driver *driver;

	spin_lock(&eres_drivers_lock);
	list_for_each_entry(driver, &eres_drivers, link) {
		if (driver->module == module) {
			list_del_rcu(&driver->link);
			kfree_rcu(driver, rcu);
			break;
		}
	}
	spin_unlock(&eres_drivers_lock);
}

static bool eres_is_in_driver(unsigned long address)
{
	const struct eres_driver *driver;
	bool found = false;

	rcu_read_lock();
	list_for_each_entry_rcu(driver, &eres_drivers, link) {
		found = within_module(address, driver->module);
		if (found)
			break;
	}
	rcu_read_unlock();
	return found;
}

/*
 * Nobody calls from before a routine's first instruction: where the symbol is what
 * the address is, or there is none, it is a tracer's.
 */
static noinline bool eres_is_tracers(unsigned long address)
{
	char name[KSYM_SYMBOL_LEN];

	sprint_symbol(name, address);
	return strstarts(name, "0x") || strstr(name, "+0x0/");
}

#ifdef MODULE
static bool eres_is_ours(unsigned long address, const struct module *module)
{
	return within_module(address, THIS_MODULE) ||
	       (module && within_module(address, module));
}

/* The first on the stack that is not ours; 0: the stack does not tell. */
static noinline unsigned long eres_ask_stack(const struct module *module)
{
	unsigned long frames[24];
	unsigned int count = eres_save_stack(frames, ARRAY_SIZE(frames)), i = 0;

	/* Some kernels begin with the routine that saves it. */
	while (i < count && !within_module(frames[i], THIS_MODULE))
		i++;
	while (i < count && eres_is_ours(frames[i], module))
		i++;
	return i < count ? frames[i] : 0;
}
#else
static unsigned long eres_ask_stack(const struct module *module)
{
	return 0;
}
#endif

/*
 * Who has called the routine that is running now, of @module if not of this one. @address
 * is its return address, as it is on the stack; or NULL. Any context but NMI, in the
 * call.
 *
 * Return: @address if it is a driver's; else what was there before it was traced, which
 * is @address if it was not; &eres_caller_unknown; or NULL.
 */
const void *eres_caller_beyond(const void *address, const struct module *module)
{
	unsigned long caller = (unsigned long)address;

	if (!caller || eres_is_in_driver(caller))
		return address;
	/* After a driver's tail call it is in the kernel, and right. */
	caller = eres_ask_stack(module) ?: caller;
	return eres_is_tracers(caller) ? &eres_caller_unknown :
					 (const void *)caller;
}

/*
 * Who had called a routine that has returned: its return address, as it was on the stack,
 * or NULL; &eres_caller_unknown if it is a tracer's. Any context but NMI.
 */
const void *eres_caller_of_old(const void *address)
{
	if (!address || eres_is_in_driver((unsigned long)address))
		return address;
	return eres_is_tracers((unsigned long)address) ? &eres_caller_unknown :
							 address;
}

/*
 * A caller as above, for people to read, after @how, as "called from". @text has
 * ERES_CALLER_TEXT bytes, and is returned.
 */
const char *eres_caller_text(const char *how, const void *caller, char *text)
{
	if (caller == &eres_caller_unknown)
		strscpy(text, "caller unknown (traced)", ERES_CALLER_TEXT);
	else
		snprintf(text, ERES_CALLER_TEXT, "%s %pS", how, caller);
	return text;
}
