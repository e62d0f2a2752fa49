/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints: /sys/kernel/tracing/events/eresource/. What is not enabled costs
 * one no-op.
 *
 * A resource is told by its address and, where the caller vouches for it, by
 * the name that the call of ExInitializeResourceLite() gave it. An event that
 * may come after somebody else has released, deleted and freed the resource has
 * the address only. Callers are told as they are without the tracers of functions.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM eresource

#if !defined(ERES_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define ERES_TRACE_H

#include <linux/tracepoint.h>

#include "storage.h"
#include <eresource.h>

#include "call.h"
#include "compat.h"
#include "trace/caller.h"

TRACE_DEFINE_ENUM(ERES_EXCLUSIVE);
TRACE_DEFINE_ENUM(ERES_SHARED);
TRACE_DEFINE_ENUM(ERES_STARVE_EXCLUSIVE);
TRACE_DEFINE_ENUM(ERES_WAIT_FOR_EXCLUSIVE);

#define eres_show_request(request)					\
	__print_symbolic(request,					\
			 { ERES_EXCLUSIVE,		"exclusive" },	\
			 { ERES_SHARED,			"shared" },	\
			 { ERES_STARVE_EXCLUSIVE,	"starve" },	\
			 { ERES_WAIT_FOR_EXCLUSIVE,	"wait-for" })

DECLARE_EVENT_CLASS(eres_ask,
	TP_PROTO(ERESOURCE *r, const char *name, int request, bool wait,
		 const void *caller),
	TP_ARGS(r, name, request, wait, caller),
	TP_STRUCT__entry(
		__field(const void *, resource)
		__string(name, name)
		__field(int, request)
		__field(bool, wait)
		__field(const void *, caller)
	),
	TP_fast_assign(
		__entry->resource = r;
		eres_assign_str(name, name);
		__entry->request = request;
		__entry->wait = wait;
		__entry->caller = eres_caller(caller);
	),
	TP_printk("resource=%p name=%s mode=%s wait=%d caller=%pS",
		  __entry->resource, __get_str(name),
		  eres_show_request(__entry->request), __entry->wait,
		  __entry->caller)
);

/* Somebody asks for a resource. */
DEFINE_EVENT(eres_ask, eres_acquire,
	TP_PROTO(ERESOURCE *r, const char *name, int request, bool wait,
		 const void *caller),
	TP_ARGS(r, name, request, wait, caller)
);

/* It can not be had at once: the caller is going to sleep. */
DEFINE_EVENT(eres_ask, eres_contended,
	TP_PROTO(ERESOURCE *r, const char *name, int request, bool wait,
		 const void *caller),
	TP_ARGS(r, name, request, wait, caller)
);

DECLARE_EVENT_CLASS(eres_look,
	TP_PROTO(const void *r, u32 looked_at, u32 found),
	TP_ARGS(r, looked_at, found),
	TP_STRUCT__entry(
		__field(const void *, resource)
		__field(u32, looked_at)
		__field(u32, found)
	),
	TP_fast_assign(
		__entry->resource = r;
		__entry->looked_at = looked_at;
		__entry->found = found;
	),
	TP_printk("resource=%p looked_at=%u found=%u", __entry->resource,
		  __entry->looked_at, __entry->found)
);

/* Readers that were not counted are, from here on; found in how many records. */
DEFINE_EVENT(eres_look, eres_revoke,
	TP_PROTO(const void *r, u32 looked_at, u32 found),
	TP_ARGS(r, looked_at, found)
);

/* The caller has waited awake; if it is no owner now (found: 0) it goes to sleep. */
DEFINE_EVENT(eres_look, eres_spun,
	TP_PROTO(const void *r, u32 looked_at, u32 found),
	TP_ARGS(r, looked_at, found)
);

/* The caller has one level more; wait_ns is 0 if it did not have to sleep. */
TRACE_EVENT(eres_acquired,
	TP_PROTO(ERESOURCE *r, const char *name, int request, u64 wait_ns),
	TP_ARGS(r, name, request, wait_ns),
	TP_STRUCT__entry(
		__field(const void *, resource)
		__string(name, name)
		__field(int, request)
		__field(u64, wait_ns)
	),
	TP_fast_assign(
		__entry->resource = r;
		eres_assign_str(name, name);
		__entry->request = request;
		__entry->wait_ns = wait_ns;
	),
	TP_printk("resource=%p name=%s mode=%s wait_ns=%llu",
		  __entry->resource, __get_str(name),
		  eres_show_request(__entry->request), __entry->wait_ns)
);

DECLARE_EVENT_CLASS(eres_owner,
	TP_PROTO(const void *r, unsigned long owner, const void *caller),
	TP_ARGS(r, owner, caller),
	TP_STRUCT__entry(
		__field(const void *, resource)
		__field(unsigned long, owner)
		__field(const void *, caller)
	),
	TP_fast_assign(
		__entry->resource = r;
		__entry->owner = owner;
		__entry->caller = eres_caller(caller);
	),
	TP_printk("resource=%p owner=%p caller=%pS", __entry->resource,
		  (void *)__entry->owner, __entry->caller)
);

/* One level is to be released, for @owner: a thread or an owner pointer. */
DEFINE_EVENT(eres_owner, eres_release,
	TP_PROTO(const void *r, unsigned long owner, const void *caller),
	TP_ARGS(r, owner, caller)
);

/* The caller's ownership has become that of an owner pointer. */
DEFINE_EVENT(eres_owner, eres_owner_pointer,
	TP_PROTO(const void *r, unsigned long owner, const void *caller),
	TP_ARGS(r, owner, caller)
);

/* The exclusive owner has become a shared one. */
DEFINE_EVENT(eres_owner, eres_convert,
	TP_PROTO(const void *r, unsigned long owner, const void *caller),
	TP_ARGS(r, owner, caller)
);

/* count is the counter afterwards: negative in a region. */
DECLARE_EVENT_CLASS(eres_region,
	TP_PROTO(bool guarded, int count, const void *caller),
	TP_ARGS(guarded, count, caller),
	TP_STRUCT__entry(
		__field(bool, guarded)
		__field(int, count)
		__field(const void *, caller)
	),
	TP_fast_assign(
		__entry->guarded = guarded;
		__entry->count = count;
		__entry->caller = eres_caller(caller);
	),
	TP_printk("kind=%s count=%d caller=%pS",
		  __entry->guarded ? "guarded" : "critical", __entry->count,
		  __entry->caller)
);

DEFINE_EVENT(eres_region, eres_region_enter,
	TP_PROTO(bool guarded, int count, const void *caller),
	TP_ARGS(guarded, count, caller)
);

DEFINE_EVENT(eres_region, eres_region_leave,
	TP_PROTO(bool guarded, int count, const void *caller),
	TP_ARGS(guarded, count, caller)
);

/* An object of wdmsync.ko that is waited for; of several, the first. */
DECLARE_EVENT_CLASS(eres_object,
	TP_PROTO(const void *object, const char *kind, u64 wait_ns,
		 const void *caller),
	TP_ARGS(object, kind, wait_ns, caller),
	TP_STRUCT__entry(
		__field(const void *, object)
		__string(kind, kind)
		__field(u64, wait_ns)
		__field(const void *, caller)
	),
	TP_fast_assign(
		__entry->object = object;
		eres_assign_str(kind, kind);
		__entry->wait_ns = wait_ns;
		__entry->caller = caller;
	),
	TP_printk("object=%p kind=%s wait_ns=%llu caller=%pS", __entry->object,
		  __get_str(kind), __entry->wait_ns, __entry->caller)
);

/* Somebody goes to sleep for it. */
DEFINE_EVENT(eres_object, eres_object_wait,
	TP_PROTO(const void *object, const char *kind, u64 wait_ns,
		 const void *caller),
	TP_ARGS(object, kind, wait_ns, caller)
);

/* And has slept, for whatever reason it woke up. */
DEFINE_EVENT(eres_object, eres_object_waited,
	TP_PROTO(const void *object, const char *kind, u64 wait_ns,
		 const void *caller),
	TP_ARGS(object, kind, wait_ns, caller)
);

/*
 * A report, also if it is not printed because that call site has been before.
 * @first: its first parameter, unless that is an address
 */
TRACE_EVENT(eres_misuse,
	TP_PROTO(unsigned int code, const unsigned long *param,
		 unsigned long first, const char *routine, const void *object,
		 const void *caller),
	TP_ARGS(code, param, first, routine, object, caller),
	TP_STRUCT__entry(
		__field(unsigned int, code)
		__array(unsigned long, param, 4)
		__field(unsigned long, first)
		__string(routine, routine)
		__field(const void *, resource)
		__field(const void *, caller)
	),
	TP_fast_assign(
		__entry->code = code;
		memcpy(__entry->param, param, sizeof(__entry->param));
		__entry->first = first;
		eres_assign_str(routine, routine);
		__entry->resource = object;
		__entry->caller = caller;
	),
	TP_printk("code=0x%x first=0x%lx routine=%s resource=%p caller=%pS",
		  __entry->code,
		  __entry->first,
		  __get_str(routine), __entry->resource, __entry->caller)
);

#endif /* ERES_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
