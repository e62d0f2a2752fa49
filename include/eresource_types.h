/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The Windows types, constants and words that lock code is written in, and
 * ERESOURCE itself. No prototypes: those are in eresource.h.
 *
 * Everything that a Linux header could define as well is guarded or is a
 * typedef that may be repeated, so that the order of includes does not matter.
 */
#ifndef ERESOURCE_TYPES_H
#define ERESOURCE_TYPES_H

#include <linux/compiler.h>
#include <linux/lockdep.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/* Words that say something to a reader or to a Windows compiler only. */
#ifndef IN
#define IN
#endif
#ifndef OUT
#define OUT
#endif
#ifndef OPTIONAL
#define OPTIONAL
#endif
#ifndef NTAPI
#define NTAPI
#endif
#ifndef FASTCALL
#define FASTCALL
#endif
#ifndef NTSYSAPI
#define NTSYSAPI
#endif
#ifndef NTKERNELAPI
#define NTKERNELAPI
#endif

#ifndef VOID
#define VOID void
#endif
#ifndef CONST
#define CONST const
#endif

typedef void *PVOID;
typedef char CHAR, *PCHAR;
typedef unsigned char UCHAR, *PUCHAR;
typedef short SHORT, *PSHORT;
typedef unsigned short USHORT, *PUSHORT;
/* LONG is 32 bits wide on every Windows, unlike long. */
typedef int LONG, *PLONG;
typedef unsigned int ULONG, *PULONG;
typedef long long LONGLONG, *PLONGLONG;
typedef unsigned long long ULONGLONG, *PULONGLONG;
typedef long LONG_PTR, *PLONG_PTR;
typedef unsigned long ULONG_PTR, *PULONG_PTR;
typedef ULONG_PTR SIZE_T, *PSIZE_T;
typedef unsigned char BOOLEAN, *PBOOLEAN;

#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif

typedef LONG NTSTATUS, *PNTSTATUS;

#ifndef NT_SUCCESS
#define NT_SUCCESS(Status) ((NTSTATUS)(Status) >= 0)
#endif

#ifndef STATUS_SUCCESS
#define STATUS_SUCCESS			((NTSTATUS)0x00000000)
#endif
#ifndef STATUS_PENDING
#define STATUS_PENDING			((NTSTATUS)0x00000103)
#endif
#ifndef STATUS_UNSUCCESSFUL
#define STATUS_UNSUCCESSFUL		((NTSTATUS)0xC0000001)
#endif
#ifndef STATUS_ACCESS_VIOLATION
#define STATUS_ACCESS_VIOLATION		((NTSTATUS)0xC0000005)
#endif
#ifndef STATUS_INVALID_PARAMETER
#define STATUS_INVALID_PARAMETER	((NTSTATUS)0xC000000D)
#endif
#ifndef STATUS_END_OF_FILE
#define STATUS_END_OF_FILE		((NTSTATUS)0xC0000011)
#endif
#ifndef STATUS_ACCESS_DENIED
#define STATUS_ACCESS_DENIED		((NTSTATUS)0xC0000022)
#endif
#ifndef STATUS_OBJECT_NAME_NOT_FOUND
#define STATUS_OBJECT_NAME_NOT_FOUND	((NTSTATUS)0xC0000034)
#endif
#ifndef STATUS_OBJECT_NAME_COLLISION
#define STATUS_OBJECT_NAME_COLLISION	((NTSTATUS)0xC0000035)
#endif
#ifndef STATUS_INSUFFICIENT_RESOURCES
#define STATUS_INSUFFICIENT_RESOURCES	((NTSTATUS)0xC000009A)
#endif
#ifndef STATUS_CANT_WAIT
#define STATUS_CANT_WAIT		((NTSTATUS)0xC00000D8)
#endif

#ifndef UNREFERENCED_PARAMETER
#define UNREFERENCED_PARAMETER(P) ((void)(P))
#endif

/* A failed assertion is reported once and execution goes on. */
#ifndef NT_ASSERT
#define NT_ASSERT(Condition) ((void)WARN_ON_ONCE(!(Condition)))
#endif
#ifndef ASSERT
#define ASSERT(Condition) NT_ASSERT(Condition)
#endif

/* IRQL: the levels that exist here. */
typedef UCHAR KIRQL, *PKIRQL;

#ifndef PASSIVE_LEVEL
#define PASSIVE_LEVEL 0
#endif
#ifndef APC_LEVEL
#define APC_LEVEL 1
#endif
#ifndef DISPATCH_LEVEL
#define DISPATCH_LEVEL 2
#endif

/* Threads are opaque: the address of the task, never to be dereferenced. */
typedef struct _KTHREAD *PKTHREAD, *PRKTHREAD;
typedef struct _KTHREAD *PETHREAD;

typedef ULONG_PTR ERESOURCE_THREAD, *PERESOURCE_THREAD;

#ifndef FLAG_OWNER_POINTER_IS_THREAD
#define FLAG_OWNER_POINTER_IS_THREAD 0x1
#endif

struct eres_waiter;

/*
 * Where a resource is initialised, in the module that does it: one for each call
 * site or, for all that is initialised by the function, one for each source
 * file, which has no name, no line and no lock class.
 */
struct eres_site {
	const char *name;
	const char *module;
	const char *file;
	int line;
	struct lock_class_key key;
};

/**
 * struct _ERESOURCE - reader-writer lock with owners
 *
 * Opaque to drivers, as on Windows: embed it, point to it, take its size.
 * At most 104 bytes, its size on 64-bit Windows, without lock debugging.
 * The meaning of the fields and who may change them: shim/owner_word.h.
 */
typedef struct _ERESOURCE {
	/* private: */
	struct rw_semaphore sem;
	/* What the straight paths touch is together. */
	unsigned long owner;
	u32 magic;
	raw_spinlock_t lock;
	u32 group;
	u32 exclusive_waiters;
	u32 shared_waiters;
	u32 contention;
	struct eres_waiter *parked;
	struct eres_site *site;
	struct list_head link;
#ifdef CONFIG_DEBUG_LOCK_ALLOC
	struct lockdep_map dep_map;
#endif
} ERESOURCE, *PERESOURCE;

#endif /* ERESOURCE_TYPES_H */
