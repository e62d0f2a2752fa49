/* SPDX-License-Identifier: GPL-2.0-only */
/* What misuse is reported as, and how tests get to see it. */
#ifndef ERES_REPORT_H
#define ERES_REPORT_H

#include <linux/bits.h>
#include <linux/sched.h>
#include <linux/types.h>

struct module;
struct _ERESOURCE;
struct eres_misuse;
struct eres_snapshot;

/*
 * The Windows bug check and, for DRIVER_VERIFIER_DETECTED_VIOLATION (0xC4) and
 * FAST_ERESOURCE_PRECONDITION_VIOLATION (0x1C6), what its first parameter says.
 */
enum eres_bugcheck {
	ERES_APC_INDEX_MISMATCH			= 0x1,
	ERES_IRQL_NOT_GREATER_OR_EQUAL		= 0x9,
	ERES_IRQL_NOT_LESS_OR_EQUAL		= 0xA,
	ERES_KERNEL_APC_PENDING_DURING_EXIT	= 0x20,
	ERES_SYSTEM_EXIT_OWNED_MUTEX		= 0x39,
	ERES_VERIFIER				= 0xC4,
	ERES_RESOURCE_NOT_OWNED			= 0xE3,
	ERES_OWNER_POINTER_INVALID		= 0x132,
	ERES_INVALID_RELEASE			= 0x16E,
	ERES_AUTO_BOOST_RAISED_IRQL		= 0x192,
	ERES_FAST_PRECONDITION			= 0x1C6,
	ERES_RESOURCE_TIMEOUT			= 0x1CC,
	ERES_THREAD_TERMINATE_HELD_MUTEX	= 0x4000008A,
};

enum eres_verifier_code {
	ERES_V_ACQUIRE_APCS_ENABLED	= 0x37,
	ERES_V_RELEASE_APCS_ENABLED	= 0x38,
	ERES_V_UNALIGNED		= 0x3D,
	ERES_V_LEAVE_WITHOUT_ENTER	= 0x3E,
	ERES_V_DISPATCH_CHANGED_APCS	= 0xC5,
	ERES_V_FAST_IO_CHANGED_APCS	= 0xC6,
	ERES_V_INIT_LIVE		= 0xD0,
	ERES_V_DELETE_UNINITIALIZED	= 0xD1,
	ERES_V_FREED_LIVE		= 0xD2,
	ERES_V_BAD_ADDRESS		= 0xE1,
	ERES_V_COMPLETION_CHANGED_APCS	= 0xFB,
	ERES_V_ENTER_IRQL		= 0x11A,
	ERES_V_LEAVE_IRQL		= 0x11B,
	ERES_V_SELF_DEADLOCK		= 0x1000,
	ERES_V_UNINITIALIZED		= 0x1002,
	ERES_V_EXIT_OWNING		= 0x100A,
	ERES_V_DELETE_OWNED		= 0x100B,
	ERES_V_IRQL_EX_APC_LTE3		= 0x20007,
	/* Not Windows' number: it has none. */
	ERES_V_TOP_LEVEL_KEPT		= 0xE5000001,
};

/* First parameter of ERES_FAST_PRECONDITION for a wrong convert. */
#define ERES_FAST_CONVERT_NOT_EXCLUSIVE	0x16

/*
 * A code that is reached in several ways: which one, so that the words can be
 * true. Told by whoever notices; the parameters do not tell.
 */
enum eres_way {
	/* The only one, or the one that is meant if nothing else is said. */
	ERES_WAY_USUAL,
	/* 0x1: of a work item; by one leave too many; both. 0x20: the second. */
	ERES_WAY_WORK_ITEM,
	ERES_WAY_UNMATCHED,
	ERES_WAY_WORK_ITEM_UNMATCHED,
	/* 0x20: in no region. */
	ERES_WAY_RAISED,
	/* 0x9: to a level that does not exist here. */
	ERES_WAY_NO_SUCH_LEVEL,
	/* 0xE3: for an owner pointer. 0x132: to what is none, with bad flags. */
	ERES_WAY_POINTER,
	ERES_WAY_FLAGS,
	/* 0x132, 0x1C6: not by the thread that was interrupted. */
	ERES_WAY_INTERRUPT,
	/* 0x16E: that thread owned it, and has one level less now. */
	ERES_WAY_RELEASED,
	/* 0xD1, 0x100B: by ExReinitializeResourceLite(). */
	ERES_WAY_REINITIALIZE,
	/* 0xD2: with the driver. */
	ERES_WAY_UNLOAD,
	/* 0x1000: for a writer that waits for the caller. */
	ERES_WAY_FOR_WRITER,
	/* 0x20007: by an acquire. */
	ERES_WAY_ACQUIRE,
};

/* Why else than by KeRaiseIrql() a thread is where it may not sleep. */
#define ERES_AT_HARDIRQ		BIT(0)
#define ERES_AT_SOFTIRQ		BIT(1)
#define ERES_AT_IRQS_OFF	BIT(2)
#define ERES_AT_BH_OFF		BIT(3)
#define ERES_AT_PREEMPT_OFF	BIT(4)

/* So many of what a thread owns are in a report; the rest is counted. */
#define ERES_REPORT_HOLDS	16

struct eres_report_hold {
	const struct _ERESOURCE *resource;
	u32 levels;
	bool exclusive;
};

/**
 * struct eres_report_thread - the thread that a report is about, when it called
 * @id: its thread id; in an interrupt, of the thread that was interrupted
 * @pid: which thread that is
 * @comm: and its name
 * @kernel_apc_disable: critical regions: negative in one
 * @special_apc_disable: guarded regions
 * @irql: what KeGetCurrentIrql() had told it
 * @raised: the level it had raised itself to
 * @context: ERES_AT_..., all that apply, or in an interrupt that alone; 0 if it
 *	could sleep, or was raised only
 * @owned: how many resources it owned
 * @hold: the first of them
 *
 * Taken once, before anything that reporting itself does to the context.
 */
struct eres_report_thread {
	unsigned long id;
	pid_t pid;
	char comm[TASK_COMM_LEN];
	int kernel_apc_disable;
	int special_apc_disable;
	u8 irql;
	u8 raised;
	u8 context;
	u32 owned;
	struct eres_report_hold hold[ERES_REPORT_HOLDS];
};

/**
 * struct eres_object - what a report of the second module is about
 * @module: the second module: its routines are not who has called
 * @kind: what it is, for people
 * @address: where; only printed
 */
struct eres_object {
	const struct module *module;
	const char *kind;
	const void *address;
};

/**
 * struct eres_report - one misuse
 * @code: Windows bug check code
 * @way: how it came to that
 * @param: its parameters 1 to 4
 * @routine: the Windows-named routine that noticed
 * @caller: who called that routine, see caller.c; or which one has returned
 * @resource: the resource, may be %NULL
 * @snapshot: a copy of what is to be told of it if it can not be looked at any
 *	more, else %NULL; good until the sink returns
 * @misuse: what it is, if it is the second module that says so; else %NULL
 * @object: what that is about, instead of a resource
 * @thread: who did it
 */
struct eres_report {
	enum eres_bugcheck code;
	enum eres_way way;
	unsigned long param[4];
	const char *routine;
	const void *caller;
	const struct _ERESOURCE *resource;
	const struct eres_snapshot *snapshot;
	const struct eres_misuse *misuse;
	const struct eres_object *object;
	struct eres_report_thread thread;
};

/*
 * A test that provokes misuse takes the reports for itself: while a sink is
 * set it gets every report that the parameter "verifier" lets through, in the
 * context of the misuse, and nothing is printed. With @line it gets the text,
 * too, before the report: each line that would have been printed, without
 * "eresource: " in front and without the stack.
 *
 * %NULL for @fn restores printing and waits for running calls.
 */
typedef void (*eres_report_sink_fn)(const struct eres_report *report,
				    void *data);
typedef void (*eres_report_line_fn)(const char *line, void *data);
void eres_set_report_sink(eres_report_sink_fn fn, eres_report_line_fn line,
			  void *data);

#endif /* ERES_REPORT_H */
