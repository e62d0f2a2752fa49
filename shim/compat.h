/* SPDX-License-Identifier: GPL-2.0-only */
/* Every difference between kernel versions and configurations, nothing else. */
#ifndef ERES_COMPAT_H
#define ERES_COMPAT_H

#include <linux/err.h>
#include <linux/irqflags.h>
#include <linux/kasan.h>
#include <linux/kconfig.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/stacktrace.h>
#include <linux/uaccess.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "eresource needs Linux 6.1 or newer"
#endif

/* 6.4: io_uring's and vhost's kernel-made user threads got a flag in common. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define ERES_PF_SYSTEM (PF_KTHREAD | PF_USER_WORKER)
#else
#define ERES_PF_SYSTEM (PF_KTHREAD | PF_IO_WORKER)
#endif

/* 6.16: the tracepoint sched_process_exit got a second argument. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
#define ERES_PROBE_EXIT_ARGS void *data, struct task_struct *task, bool group_dead
#else
#define ERES_PROBE_EXIT_ARGS void *data, struct task_struct *task
#endif

/*
 * Whether this can be the address of a kernel object. On most machines kernel and user
 * space share one address space, and the upper half of it is the kernel's. Its
 * pointers may have a tag of KASAN in their top bits, which is put back to what
 * an untagged one has. On the others (s390x, sparc64, user-mode Linux) an
 * address does not tell whose it is: all but the first page may be the kernel's.
 * What is no address but an error is neither.
 */
static inline bool eres_is_kernel_address(unsigned long address)
{
#if defined(CONFIG_X86_64) && !defined(CONFIG_UML) && LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
	/* There a read of what is not canonical, as poison of lists, makes the kernel warn. */
	return address >= PAGE_OFFSET && address < -MAX_ERRNO;
#elif defined(CONFIG_ARCH_HAS_NON_OVERLAPPING_ADDRESS_SPACE)
	return (long)kasan_reset_tag((void *)address) < -MAX_ERRNO;
#else
	return address >= PAGE_SIZE && address < -MAX_ERRNO;
#endif
}

/*
 * Read a kernel address where there may be nothing, at the cost of reading. Modules
 * of user-mode Linux can not use __get_kernel_nofault(): it keeps the address of a
 * label in 32 bits, which do not reach modules. Nor would it do: a fault between the
 * mappings of vmalloc() is tried again for ever there. But it can be asked which
 * pages there are.
 */
#ifdef CONFIG_UML
#include <as-layout.h>

static inline bool eres_is_mapped(unsigned long address)
{
	if (address < high_physmem)
		return address >= uml_physmem;
	return is_vmalloc_addr((void *)address) &&
	       vmalloc_to_page((void *)address);
}

static __always_inline bool eres_get_nofault(u32 *value, const u32 *address)
{
	if (!eres_is_mapped((unsigned long)address))
		return false;
	*value = READ_ONCE(*address);
	return true;
}

static __always_inline bool eres_get_word_nofault(unsigned long *value,
						  const unsigned long *address)
{
	if (!eres_is_mapped((unsigned long)address))
		return false;
	*value = READ_ONCE(*address);
	return true;
}
#else
static __always_inline bool eres_get_nofault(u32 *value, const u32 *address)
{
	__get_kernel_nofault(value, address, u32, out_fault);
	return true;

out_fault:
	return false;
}

static __always_inline bool eres_get_word_nofault(unsigned long *value,
						  const unsigned long *address)
{
	__get_kernel_nofault(value, address, unsigned long, out_fault);
	return true;

out_fault:
	return false;
}
#endif

/* A pointer at an address that may be anything. */
static inline bool eres_read_pointer(void **value, void *const *address)
{
	return IS_ALIGNED((unsigned long)address, sizeof(*address)) &&
	       eres_is_kernel_address((unsigned long)address) &&
	       eres_get_word_nofault((unsigned long *)value, (const unsigned long *)address);
}

/*
 * Whether a task runs on a CPU now. Under rcu_read_lock(), if the task was alive
 * when that was taken. Without SMP only the caller does.
 */
static inline bool eres_is_on_cpu(struct task_struct *task)
{
#ifdef CONFIG_SMP
	return owner_on_cpu(task);
#else
	return false;
#endif
}

/*
 * Whether it runs, or will without being woken: also who is preempted on its way to
 * sleep, but not, since 6.12, who sleeps and stays queued for a while.
 */
static inline bool eres_is_runnable(struct task_struct *task)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
	return task_is_runnable(task);
#else
	return READ_ONCE(task->on_rq);
#endif
}

/*
 * What was read, and has decided a branch, is before all that follows. User-mode
 * Linux has the generic barriers, a full fence for this; but its loads are x86's,
 * which stay in order.
 */
static __always_inline void eres_acquire_after_ctrl_dep(void)
{
#ifdef CONFIG_UML_X86
	barrier();
#else
	smp_acquire__after_ctrl_dep();
#endif
}

/* 6.10: a string of an event is assigned from what __string() was told. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
#define eres_assign_str(dst, ...) __assign_str(dst)
#else
#define eres_assign_str(dst, ...) __assign_str(dst, __VA_ARGS__)
#endif

/*
 * 6.7: the tracepoints of lock contention are there for modules, too. Who sleeps in
 * nothing of the kernel's is told to them; before, to nobody.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
#include <trace/events/lock.h>

#define ERES_CONTENTION_READ	LCB_F_READ
#define ERES_CONTENTION_MUTEX	LCB_F_MUTEX

static inline void eres_contention_begin(void *lock, unsigned int flags)
{
	trace_contention_begin(lock, flags);
}

static inline void eres_contention_end(void *lock)
{
	trace_contention_end(lock, 0);
}
#else
#define ERES_CONTENTION_READ	0
#define ERES_CONTENTION_MUTEX	0

static inline void eres_contention_begin(void *lock, unsigned int flags) { }
static inline void eres_contention_end(void *lock) { }
#endif

/*
 * 6.17: a task that sleeps for an rwsem is noted to do so, and khungtaskd names who
 * the rwsem says owns it (hung_task.c). If it is read-held, that is who was last to
 * get it for reading or to downgrade it, unless that task has let a read hold go
 * since. So one that takes a second hold, and lets that go, is not named for the
 * first. No second hold is to be had once a writer queues.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 17, 0) && \
	defined(CONFIG_DETECT_HUNG_TASK_BLOCKER)
#define ERES_BLOCKERS_ARE_NAMED	true

static inline void eres_sem_disown(struct rw_semaphore *sem)
{
	if (down_read_trylock(sem))
		up_read(sem);
}

/* khungtaskd reads it as we write it; 0 is a task of which nothing is known. */
static inline void eres_forget_blocker(struct task_struct *task)
{
	WRITE_ONCE(task->blocker, 0UL);
}
#else
#define ERES_BLOCKERS_ARE_NAMED	false

static inline void eres_sem_disown(struct rw_semaphore *sem) { }
static inline void eres_forget_blocker(struct task_struct *task) { }
#endif

/* 6.9: work items can run in softirqs. For the tests. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
#define eres_bh_wq() system_bh_wq
#else
#define eres_bh_wq() ((struct workqueue_struct *)NULL)
#endif

/* 7.x warns of a workqueue that is neither this nor unbound. 6.18 has the flag at the latest. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
#define ERES_WQ_PERCPU	WQ_PERCPU
#else
#define ERES_WQ_PERCPU	0
#endif

/*
 * Whether who has bottom halves off is alone with that on its CPU. 6.18: on PREEMPT_RT
 * only if it is asked for; before, by a lock that local_bh_disable() took there.
 */
#if defined(CONFIG_PREEMPT_RT) && !defined(CONFIG_PREEMPT_RT_NEEDS_BH_LOCK) && \
	LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
#define ERES_BH_IS_EXCLUSIVE	false
#else
#define ERES_BH_IS_EXCLUSIVE	true
#endif

/* Whether siglock can be taken here: on PREEMPT_RT it sleeps. */
static inline bool eres_may_lock_signals(void)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT) && preempt_count())
		return false;
	return !irqs_disabled();
}

/*
 * On PREEMPT_RT up_read() runs with interrupts enabled, with a raw lock held that
 * no hard interrupt takes there. Elsewhere they stay off.
 */
static inline void eres_open_irq_window(unsigned long flags)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		local_irq_restore(flags);
}

static inline void eres_close_irq_window(void)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		local_irq_disable();
}

/* Whether the lock of a resource may be taken: not by what interrupts such a window. */
static inline bool eres_may_lock_resource(void)
{
	return !IS_ENABLED(CONFIG_PREEMPT_RT) || !in_hardirq();
}

/* Whether the caller has interrupts off that up_read() would switch on. */
static inline bool eres_must_defer_up_read(unsigned long flags)
{
	return IS_ENABLED(CONFIG_PREEMPT_RT) && irqs_disabled_flags(flags);
}

/*
 * lockdep learns about a resource from its holds (lockdep.c). What it is told
 * about the rwsem underneath, by the rwsem itself, is taken back at once: the
 * read hold belongs to the resource and is let go by any task.
 */
#ifdef CONFIG_DEBUG_LOCK_ALLOC
static inline void eres_sem_forget(struct rw_semaphore *sem)
{
	rwsem_release(&sem->dep_map, _THIS_IP_);
}
#else
static inline void eres_sem_forget(struct rw_semaphore *sem) { }
#endif

/*
 * Whether a module imports anything of ours. Its own list, which nobody changes
 * while it goes. Some release after 6.12 made the entries private (7.3 has them
 * so): there a module that imports from any other may. If this is built into the
 * kernel, it is on nobody's list, and any may.
 */
static inline bool eres_may_use_us(const struct module *module)
{
#if !defined(CONFIG_MODULE_UNLOAD)
	return false;
#elif !defined(MODULE)
	return true;
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	return module != THIS_MODULE && !list_empty(&module->target_list);
#else
	const struct module_use *use;

	list_for_each_entry(use, &module->target_list, target_list)
		if (use->target == THIS_MODULE)
			return true;
	return false;
#endif
}

/* 6.13: an hrtimer is told its function when it is initialised; 6.15: only then. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define eres_hrtimer_setup(timer, fn, clock, mode)			\
	hrtimer_setup(timer, fn, clock, mode)
#else
#define eres_hrtimer_setup(timer, fn, clock, mode)			\
do {									\
	struct hrtimer *__timer = (timer);				\
									\
	hrtimer_init(__timer, clock, mode);				\
	__timer->function = (fn);					\
} while (0)
#endif

/*
 * On user-mode Linux modules can not reach per-CPU variables of their own, and do
 * without.
 */
#ifdef CONFIG_UML
#define ERES_HAS_PER_CPU	false
#define ERES_DEFINE_PER_CPU(type, name)	DECLARE_PER_CPU(type, name)
#else
#define ERES_HAS_PER_CPU	true
/* For the second module as well. */
#define ERES_DEFINE_PER_CPU(type, name)					\
	DEFINE_PER_CPU(type, name);					\
	EXPORT_PER_CPU_SYMBOL_GPL(name)
#endif

/* Whether memory is a module's: also its per-CPU variables, on any CPU. */
static inline bool eres_is_of_module(const void *memory, const struct module *module)
{
	unsigned long address = (unsigned long)memory;
#ifdef CONFIG_SMP
	unsigned int cpu;
#endif

	if (within_module(address, module))
		return true;
#ifdef CONFIG_SMP
	if (!module->percpu_size)
		return false;
	for_each_possible_cpu(cpu)
		if (address - (unsigned long)per_cpu_ptr(module->percpu, cpu) <
		    module->percpu_size)
			return true;
#endif
	return false;
}

/* Return addresses, the caller's first. */
static inline unsigned int eres_save_stack(unsigned long *frames,
					   unsigned int size)
{
#ifdef CONFIG_STACKTRACE
	return stack_trace_save(frames, size, 0);
#else
	return 0;
#endif
}

#endif /* ERES_COMPAT_H */
