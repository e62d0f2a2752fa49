// SPDX-License-Identifier: GPL-2.0-only
/* A minifilter's headers: of the filter manager there are pointers only. */
#include <fltKernel.h>
#include <dontuse.h>
#include <suppress.h>

typedef struct _CONTEXT_OF_MINE {
	PFLT_FILTER Filter;
	PERESOURCE Resource;
	FAST_MUTEX Lock;
} CONTEXT_OF_MINE;

VOID FilterUse(CONTEXT_OF_MINE *Context);

VOID FilterUse(CONTEXT_OF_MINE *Context)
{
	FLT_ASSERT(Context->Resource);
	FltAcquireResourceExclusive(Context->Resource);
	FltReleaseResource(Context->Resource);
}
