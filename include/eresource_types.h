/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The Windows types, constants and words that lock code is written in, and
 * ERESOURCE itself. No prototypes of Windows: those are in eresource.h.
 *
 * No header of Linux is included: a driver's names are its own. Everything that
 * a Linux header could define as well is guarded or is a typedef that may be
 * repeated, so that a file which is Linux's may include those before or after.
 */
#ifndef ERESOURCE_TYPES_H
#define ERESOURCE_TYPES_H

#include "wdk/scalars.h"

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

#ifndef NULL
#define NULL ((void *)0)
#endif

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
#define STATUS_SUCCESS			((NTSTATUS)0x00000000L)
#endif
#ifndef STATUS_PENDING
#define STATUS_PENDING			((NTSTATUS)0x00000103L)
#endif
#ifndef STATUS_UNSUCCESSFUL
#define STATUS_UNSUCCESSFUL		((NTSTATUS)0xC0000001L)
#endif
#ifndef STATUS_ACCESS_VIOLATION
#define STATUS_ACCESS_VIOLATION		((NTSTATUS)0xC0000005L)
#endif
#ifndef STATUS_INVALID_PARAMETER
#define STATUS_INVALID_PARAMETER	((NTSTATUS)0xC000000DL)
#endif
#ifndef STATUS_END_OF_FILE
#define STATUS_END_OF_FILE		((NTSTATUS)0xC0000011L)
#endif
#ifndef STATUS_ACCESS_DENIED
#define STATUS_ACCESS_DENIED		((NTSTATUS)0xC0000022L)
#endif
#ifndef STATUS_OBJECT_NAME_NOT_FOUND
#define STATUS_OBJECT_NAME_NOT_FOUND	((NTSTATUS)0xC0000034L)
#endif
#ifndef STATUS_OBJECT_NAME_COLLISION
#define STATUS_OBJECT_NAME_COLLISION	((NTSTATUS)0xC0000035L)
#endif
#ifndef STATUS_INSUFFICIENT_RESOURCES
#define STATUS_INSUFFICIENT_RESOURCES	((NTSTATUS)0xC000009AL)
#endif
#ifndef STATUS_CANT_WAIT
#define STATUS_CANT_WAIT		((NTSTATUS)0xC00000D8L)
#endif

#ifndef UNREFERENCED_PARAMETER
#define UNREFERENCED_PARAMETER(P) ((void)(P))
#endif

#ifndef C_ASSERT
#define C_ASSERT(Condition) _Static_assert(Condition, #Condition)
#endif

/* Warns, and says what has failed where. */
void eres_assertion_failed(const char *condition, const char *file, int line);

/* Once for each place where it stands. */
#define ERES_FAILED_ONCE(What)						\
({									\
	static unsigned char __eres_said;				\
									\
	if (!__eres_said) {						\
		__eres_said = 1;					\
		eres_assertion_failed(What, __FILE__, __LINE__);	\
	}								\
	(void)0;							\
})

/*
 * A failed assertion is reported once for each place, and execution goes on.
 * Where DBG says that this is no checked build there are none, as on Windows:
 * what a condition names may not even exist.
 */
#if !defined(DBG) || DBG
#define ERES_ASSERT(Condition)						\
({									\
	if (!(Condition))						\
		ERES_FAILED_ONCE(#Condition);				\
	(void)0;							\
})
#else
#define ERES_ASSERT(Condition) ((void)0)
#endif

#ifndef NT_ASSERT
#define NT_ASSERT(Condition) ERES_ASSERT(Condition)
#endif
#ifndef ASSERT
#define ASSERT(Condition) ERES_ASSERT(Condition)
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
typedef struct _ETHREAD *PETHREAD;

typedef ULONG_PTR ERESOURCE_THREAD, *PERESOURCE_THREAD;

#ifndef FLAG_OWNER_POINTER_IS_THREAD
#define FLAG_OWNER_POINTER_IS_THREAD 0x1
#endif

/*
 * What a resource and the site of an initialisation consist of is the module's
 * affair (shim/storage.h). How large they are depends on the kernel, and is
 * found out when the module is built for it.
 */
#ifndef ERES_STORAGE_H

#if defined(__has_include)
#if !__has_include("generated/eresource_layout.h")
#error "generated/eresource_layout.h: build eresource.ko first, for this kernel"
#endif
#endif
#include "generated/eresource_layout.h"

/*
 * Where a resource is initialised, in the module that does it: one for each call
 * site or, for all that is initialised by the function, one for each source
 * file, which has no name, no line and no lock class.
 */
struct eres_site {
	union {
		struct {
			const char *name;
			const char *module;
			const char *file;
			int line;
		};
		/* private: what the module adds */
		unsigned long storage[ERES_SITE_SIZE / sizeof(unsigned long)];
	};
};

/**
 * struct _ERESOURCE - reader-writer lock with owners
 *
 * Opaque to drivers, as on Windows: embed it, point to it, take its size.
 * At most 104 bytes, its size on 64-bit Windows, without lock debugging.
 */
struct _ERESOURCE {
	/* private: */
	unsigned long storage[ERES_RESOURCE_SIZE / sizeof(unsigned long)];
} __attribute__((aligned(ERES_RESOURCE_ALIGN)));

#endif /* ERES_STORAGE_H */

typedef struct _ERESOURCE ERESOURCE, *PERESOURCE;

#endif /* ERESOURCE_TYPES_H */
