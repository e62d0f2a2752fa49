/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Structured exceptions, as far as C can have them. Nothing raises: routines that do
 * on Windows return, and what faults in the kernel is an oops. So this is exact:
 *
 *   __try { } __finally { }	the body, then the handler: AbnormalTermination() is FALSE
 *   __leave			goes to the end of the innermost body, also out of a loop
 *   __try { } __except () { }	the body; neither filter nor handler is ever run, and
 *				any way out of the body is right
 *
 * This is not: a body that has a __finally and is left by return, goto, break or
 * continue goes there *without* its handler. A macro can not see it; the frame, a
 * variable of the body's scope, does when the scope ends, and reports it.
 *
 * A frame has one state, what is to come: nothing, or a handler. The word behind the
 * body says which: the body begins with a jump there and back, of which the compiler
 * leaves nothing. It becomes nothing again at the end of the body, where __leave goes.
 * The frame is the thread's own, and needs no barrier.
 *
 * A block is two statements, so that break and continue reach the loop around it.
 * Where one statement is meant, behind if or else without braces, it is a syntax
 * error; with _SEH2_TRY and _SEH2_END, which have an end, it is one.
 */
#ifndef ERES_WDK_EXCEPTIONS_H
#define ERES_WDK_EXCEPTIONS_H

#include "../eresource_types.h"

#define EXCEPTION_EXECUTE_HANDLER	1
#define EXCEPTION_CONTINUE_SEARCH	0
#define EXCEPTION_CONTINUE_EXECUTION	(-1)
#define EXCEPTION_MAXIMUM_PARAMETERS	15
#define EXCEPTION_NONCONTINUABLE	1

/* What filters are given: for their declarations. A DDK has them. */
struct _EXCEPTION_POINTERS;
#ifndef ERESOURCE_DDK
typedef struct _CONTEXT CONTEXT, *PCONTEXT;

typedef struct _EXCEPTION_RECORD {
	NTSTATUS ExceptionCode;
	ULONG ExceptionFlags;
	struct _EXCEPTION_RECORD *ExceptionRecord;
	PVOID ExceptionAddress;
	ULONG NumberParameters;
	ULONG_PTR ExceptionInformation[EXCEPTION_MAXIMUM_PARAMETERS];
} EXCEPTION_RECORD, *PEXCEPTION_RECORD;

typedef struct _EXCEPTION_POINTERS {
	PEXCEPTION_RECORD ExceptionRecord;
	PCONTEXT ContextRecord;
} EXCEPTION_POINTERS, *PEXCEPTION_POINTERS;
#endif

/*
 * In filters and handlers of __except, which are never run: anywhere else there is no
 * exception to ask about, and no function to link to.
 */
__attribute__((__error__("GetExceptionCode() is for filters and handlers only")))
NTSTATUS eres_seh_code(void);
__attribute__((__error__("GetExceptionInformation() is for filters only")))
struct _EXCEPTION_POINTERS *eres_seh_information(void);

#define GetExceptionCode		eres_seh_code
#define GetExceptionInformation		eres_seh_information
#define _exception_code			eres_seh_code
#define _exception_info			eres_seh_information
/* In the handler of __finally: that is run behind the end of the body only. */
#define AbnormalTermination()		((BOOLEAN)FALSE)
#define _abnormal_termination()		((int)FALSE)

struct eres_seh_frame {
	BOOLEAN handler;
};

void eres_seh_left(void);

static __inline__ __attribute__((__always_inline__, __unused__)) void
eres_seh_end(struct eres_seh_frame *frame)
{
	if (__builtin_expect(frame->handler, 0))
		eres_seh_left();
}

#define ERES_SEH_BODY							\
	{								\
		__label__ eres_seh_body, eres_seh_what, eres_seh_leave;	\
		struct eres_seh_frame eres_seh_frame			\
			__attribute__((__cleanup__(eres_seh_end))) = { 0 }; \
									\
		goto eres_seh_what;					\
eres_seh_body: ;

#define ERES_SEH_BODY_END(What)						\
eres_seh_leave: __attribute__((__unused__));				\
		eres_seh_frame.handler = 0;				\
		if (0) {						\
eres_seh_what:								\
			eres_seh_frame.handler = (What);		\
			goto eres_seh_body;				\
		}							\
	}

#define ERES_SEH_EXCEPT(Filter)	ERES_SEH_BODY_END(0) if (0 && (Filter))
#define ERES_SEH_LEAVE		goto eres_seh_leave

/* ReactOS' spelling. */
#define _SEH2_TRY		{ ERES_SEH_BODY
#define _SEH2_FINALLY		ERES_SEH_BODY_END(1)
#define _SEH2_EXCEPT(...)	ERES_SEH_EXCEPT((__VA_ARGS__))
#define _SEH2_END		}
#define _SEH2_LEAVE		ERES_SEH_LEAVE
/* A way out: right from a body that has _SEH2_EXCEPT, and from handlers. */
#define _SEH2_YIELD(Statement)	Statement
#define _SEH2_AbnormalTermination()	AbnormalTermination()
#define _SEH2_GetExceptionCode()	GetExceptionCode()
#define _SEH2_GetExceptionInformation()	GetExceptionInformation()

/* Microsoft's, and its older one. A file with a label of such a name can #undef it. */
#ifdef ERESOURCE_PORTED
#define __try			_Static_assert(1, "a block needs braces around it"); ERES_SEH_BODY
#define __finally		ERES_SEH_BODY_END(1)
#define __except(...)		ERES_SEH_EXCEPT((__VA_ARGS__))
#define __leave			ERES_SEH_LEAVE
#define try			__try
#define finally			__finally
#define except			__except
#define leave			__leave
#endif

void ExRaiseStatus(NTSTATUS Status);
void ExRaiseAccessViolation(void);
void ExRaiseDatatypeMisalignment(void);

BOOLEAN FsRtlIsNtstatusExpected(NTSTATUS Exception);
NTSTATUS FsRtlNormalizeNtstatus(NTSTATUS Exception, NTSTATUS GenericException);

#endif /* ERES_WDK_EXCEPTIONS_H */
