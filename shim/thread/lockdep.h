/* SPDX-License-Identifier: GPL-2.0-only */
/* What lockdep is told of the holds of a thread. */
#ifndef ERES_LOCKDEP_H
#define ERES_LOCKDEP_H

#include <linux/kthread.h>
#include <linux/types.h>

#include "storage.h"
#include <eresource.h>

#include "call.h"

struct eres_hold;
struct eres_thread;
struct module;
struct pt_regs;

/* within_module() and the like */
typedef bool (*eres_within_fn)(unsigned long address, const struct module *module);

#ifdef CONFIG_DEBUG_LOCK_ALLOC
void eres_lockdep_init(PERESOURCE r, struct eres_site *site);
void eres_lockdep_acquire(struct eres_hold *hold, ERESOURCE *r,
			  enum eres_request request, bool try,
			  const void *caller);
void eres_lockdep_own(struct eres_hold *hold);
void eres_lockdep_contended(struct eres_hold *hold, const void *caller);
void eres_lockdep_acquired(struct eres_hold *hold, const void *caller);
void eres_lockdep_release(struct eres_hold *hold);
void eres_lockdep_convert(struct eres_hold *hold);
void eres_lockdep_begin(struct eres_thread *thread);
void eres_lockdep_sync(struct eres_thread *thread);
void eres_lockdep_release_all(struct eres_thread *thread);
void eres_lockdep_forget(struct eres_thread *thread);
bool eres_lockdep_goes_off(struct module *module, eres_within_fn within);
void eres_lockdep_probe_sys_enter(void *data, struct pt_regs *regs, long nr);
void eres_lockdep_probe_sys_exit(void *data, struct pt_regs *regs, long ret);
void eres_lockdep_probe_kthread_work_end(void *data, struct kthread_work *work,
					 kthread_work_func_t function);
#else
static inline void eres_lockdep_init(ERESOURCE *r, struct eres_site *site) { }
static inline void eres_lockdep_acquire(struct eres_hold *hold, ERESOURCE *r,
					enum eres_request request, bool try,
					const void *caller) { }
static inline void eres_lockdep_own(struct eres_hold *hold) { }
static inline void eres_lockdep_contended(struct eres_hold *hold,
					  const void *caller) { }
static inline void eres_lockdep_acquired(struct eres_hold *hold,
					 const void *caller) { }
static inline void eres_lockdep_release(struct eres_hold *hold) { }
static inline void eres_lockdep_convert(struct eres_hold *hold) { }
static inline void eres_lockdep_begin(struct eres_thread *thread) { }
static inline void eres_lockdep_sync(struct eres_thread *thread) { }
static inline void eres_lockdep_release_all(struct eres_thread *thread) { }
static inline void eres_lockdep_forget(struct eres_thread *thread) { }
static inline bool eres_lockdep_goes_off(struct module *module,
					 eres_within_fn within)
{
	return false;
}

#define eres_lockdep_probe_sys_enter NULL
#define eres_lockdep_probe_sys_exit NULL
#define eres_lockdep_probe_kthread_work_end NULL
#endif

#endif /* ERES_LOCKDEP_H */
