/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the module know of each other. */
#ifndef ERES_INTERNAL_H
#define ERES_INTERNAL_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "storage.h"
#include <eresource.h>

#include "compat.h"
#include "owner_word.h"
#include "record.h"
#include "report.h"

/* thread.c: the table of records */
int eres_threads_init(void);
void eres_threads_exit(void);
struct eres_thread *eres_thread_find(void);
struct eres_thread *eres_thread_get(void);
void eres_thread_put(struct eres_thread *thread);
void eres_reap_exited(void);
void eres_thread_exited(struct eres_thread *thread, struct task_struct *task);
void eres_reap(struct eres_thread *thread, unsigned long id);
struct eres_thread *eres_thread_lookup(struct task_struct *task);
typedef bool (*eres_thread_fn)(struct eres_thread *thread, void *data);
bool eres_visit_records_of(unsigned long id, eres_thread_fn fn, void *data);
bool eres_visit_records(eres_thread_fn fn, void *data);
bool eres_thread_is_active(struct eres_thread *thread);
void eres_straight_update(struct eres_thread *thread);
u32 eres_combined_counters(const struct eres_thread *thread);
struct task_struct *eres_thread_task(const struct eres_thread *thread);
struct task_struct *eres_task_by_id(unsigned long id);
pid_t eres_thread_pid(const struct eres_thread *thread);
const char *eres_thread_comm(const struct eres_thread *thread, char *comm);

/* hold.c: holds of a record */
void eres_hold_init(struct eres_hold *hold, struct eres_thread *thread);
struct eres_hold *eres_hold_find(struct eres_thread *thread, const ERESOURCE *r);
struct eres_hold *eres_hold_reserve(struct eres_thread *thread, ERESOURCE *r);
u32 eres_thread_holds(struct eres_thread *thread);
bool eres_thread_holds_any(struct eres_thread *thread);
typedef bool (*eres_hold_fn)(struct eres_hold *hold, void *data);
bool eres_visit_holds(struct eres_thread *thread, eres_hold_fn fn, void *data);
void eres_holds_free(struct eres_thread *thread);

/* state.c, grant.c: transitions of a resource; none sleeps but the waits */
bool eres_take_exclusive(ERESOURCE *r, unsigned long id);
void eres_wait_exclusive(ERESOURCE *r, unsigned long id);
bool eres_take_shared(ERESOURCE *r, enum eres_request request);
void eres_wait_shared(ERESOURCE *r, enum eres_request request);
bool eres_wait_behind_writers(ERESOURCE *r);
void __eres_let_go(ERESOURCE *r, unsigned long flags)
	__releases(&r->lock);
void eres_let_go_shared(ERESOURCE *r);
u64 eres_drop_level(ERESOURCE *r, struct eres_hold *hold, unsigned long id);
bool eres_convert_owner(ERESOURCE *r, struct eres_hold *hold);
void __eres_set_owner(ERESOURCE *r, unsigned long owner);
bool __eres_is_awaited(const ERESOURCE *r);
bool __eres_is_idle(const ERESOURCE *r);
u32 eres_owner_count(const ERESOURCE *r);
void eres_lock_settled(ERESOURCE *r, unsigned long *flags)
	__acquires(&r->lock);
void eres_lock_unbiased(ERESOURCE *r, unsigned long *flags)
	__acquires(&r->lock);

/* spin.c */
bool eres_spin(ERESOURCE *r, unsigned long id);

/* bias.c: readers that are not counted */
int eres_bias_init(void);
void eres_bias_exit(void);
void eres_consider_bias(struct eres_thread *thread, ERESOURCE *r);
void eres_meet_bias(struct eres_thread *thread, ERESOURCE *r);
void eres_become_invisible(struct eres_thread *thread);
void __eres_revoke(ERESOURCE *r, unsigned long *flags);
void eres_revoke(ERESOURCE *r);
u32 eres_visible_readers(const ERESOURCE *r);

/* deferred.c; only called on PREEMPT_RT */
void eres_deferred_exit(void);

/* owner_pointer.c */
bool eres_hand_over(ERESOURCE *r, struct eres_hold *hold, unsigned long owner);
bool eres_release_pointer(ERESOURCE *r, unsigned long owner);
unsigned long eres_some_owner(ERESOURCE *r);

/* release.c */
bool eres_release_for(ERESOURCE *r, unsigned long id);
void eres_release_own(ERESOURCE *r, const struct eres_call *call);

/* resource.c */
void eres_check_apcs(const struct eres_call *call, ERESOURCE *r,
		     enum eres_verifier_code code);
bool eres_acquire(ERESOURCE *r, enum eres_request request, bool wait,
		  const struct eres_call *call);
bool __eres_acquire(ERESOURCE *r, enum eres_request request, bool wait,
		    const struct eres_call *call);

/* registry.c: the list of live resources */
void eres_registry_init(void);

/* registry_forget.c */
void eres_registry_forget_module(struct module *module);
void eres_registry_forget_start(struct module *module);
void eres_registry_forget(ERESOURCE *r);

/* What the magic of a live resource is: no copy of one elsewhere has it. */
static inline u32 eres_magic(const ERESOURCE *r)
{
	return lower_32_bits((unsigned long)r) ^ 0x45524553;
}

static inline bool eres_is_live(const ERESOURCE *r)
{
	return READ_ONCE(r->magic) == eres_magic(r);
}

/*
 * The magic at an address that may be anything; costs no more than to read it. A
 * faulting read of any other than a kernel address would be fatal.
 */
static __always_inline bool eres_read_magic(const ERESOURCE *r, u32 *magic)
{
	return likely(IS_ALIGNED((unsigned long)r, sizeof(void *))) &&
	       likely(eres_is_kernel_address((unsigned long)r)) &&
	       likely(eres_get_nofault(magic, &r->magic));
}

/* The same as eres_is_live() of such an address. */
static __always_inline bool eres_is_live_safely(const ERESOURCE *r)
{
	u32 magic;

	return eres_read_magic(r, &magic) && likely(magic == eres_magic(r));
}

/* address.c */
bool eres_report_address(const struct eres_call *call, ERESOURCE *r);

/* Can this be the address of a resource at all? If not it has been reported. */
static __always_inline bool eres_check_address(const struct eres_call *call,
					       ERESOURCE *r)
{
	u32 magic;

	return eres_read_magic(r, &magic) || eres_report_address(call, r);
}

/* signals.c */
bool eres_kthread_hold(struct eres_thread *thread);
void eres_signals_update(struct eres_thread *thread);
void eres_probe_fork(void *data, struct task_struct *parent,
		     struct task_struct *child);

extern sigset_t eres_all_signals;

/* The calling thread is protected from here on. */
static inline void eres_signals_hold(struct eres_thread *thread)
{
	thread->signals_held = true;
	if (current->flags & PF_KTHREAD) {
		thread->mask_changed = eres_kthread_hold(thread);
		return;
	}
	thread->mask_changed = true;
	/* Can not fail: it knows the operation. */
	sigprocmask(SIG_SETMASK, &eres_all_signals, &thread->saved_mask);
}

/* The calling thread is not protected any more, and has said so. */
static inline void eres_signals_restore(struct eres_thread *thread)
{
	/* Nothing to do if the mask is the same: sigprocmask() looks first. */
	if (thread->mask_changed)
		sigprocmask(SIG_SETMASK, &thread->saved_mask, NULL);
}

/* irql.c */
KIRQL eres_irql(const struct eres_thread *thread);

/* lockdep.c */
/* within_module() and the like */
typedef bool (*eres_within_fn)(unsigned long address, const struct module *module);

#ifdef CONFIG_DEBUG_LOCK_ALLOC
void eres_lockdep_init(ERESOURCE *r, struct eres_site *site);
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
void eres_lockdep_module_goes(struct module *module, eres_within_fn within);
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
static inline void eres_lockdep_module_goes(struct module *module,
					    eres_within_fn within) { }
#define eres_lockdep_probe_sys_enter NULL
#define eres_lockdep_probe_sys_exit NULL
#define eres_lockdep_probe_kthread_work_end NULL
#endif

/**
 * eres_given_up() - Another than its thread took a hold's last level.
 * @thread: the record of the hold, which has been read before that
 *
 * The thread may have exited, and this may have been the last that it left. The
 * record is not given back before we have counted: so it is still the thread's.
 *
 * Context: Any.
 */
static __always_inline void eres_given_up(struct eres_thread *thread)
{
	unsigned long key;

	/*
	 * A full barrier: either we see the key that eres_thread_exited() stores,
	 * or it sees what we have counted.
	 */
	atomic_inc_return(&thread->given_up);
	/* If that was the last, and somebody else has seen it, it may be 0 by now. */
	key = READ_ONCE(thread->key);
	if (unlikely(key & ERES_KEY_EXITED))
		eres_reap(thread, key & ~ERES_KEY_EXITED);
}

/* task_exit.c */
int eres_task_exit_init(void);
void eres_task_exit_exit(void);

/* unload.c: what keeps the module loaded */
int eres_unload_init(void);
void eres_unload_exit(void);
void __eres_pin_review(void);
extern bool eres_pinned;

/* What may have kept the module loaded has gone, after the last store of it. */
static inline void eres_pin_review(void)
{
	if (unlikely(READ_ONCE(eres_pinned)))
		__eres_pin_review();
}

/* verifier.c: module parameter "verifier" */
extern unsigned int eres_verifier;

/* report_thread.c */
void eres_describe(struct eres_report_thread *thread,
		   struct eres_thread *record, struct task_struct *task);
void eres_describe_waiter(struct eres_report_thread *thread,
			  struct eres_thread *record);
void eres_describe_caller(struct eres_report_thread *thread);

/* report.c */
void eres_forget_sites(void);
typedef void (*eres_report_print_fn)(const struct eres_report *report);
void eres_submit_report(const struct eres_report *report,
			eres_report_print_fn print);
void eres_report_misuse(const struct eres_report *report);
void eres_report_way(const struct eres_call *call, ERESOURCE *r,
		     enum eres_way way, enum eres_bugcheck code,
		     unsigned long p1, unsigned long p2, unsigned long p3,
		     unsigned long p4);

static inline void eres_report(const struct eres_call *call, ERESOURCE *r,
			       enum eres_bugcheck code, unsigned long p1,
			       unsigned long p2, unsigned long p3,
			       unsigned long p4)
{
	eres_report_way(call, r, ERES_WAY_USUAL, code, p1, p2, p3, p4);
}

static inline void eres_report_verifier(const struct eres_call *call,
					ERESOURCE *r,
					enum eres_verifier_code code)
{
	eres_report(call, r, ERES_VERIFIER, code, (unsigned long)r, 0, 0);
}

#endif /* ERES_INTERNAL_H */
