/* SPDX-License-Identifier: GPL-2.0-only */
/* Objects of the filter manager: known by pointer only. */
#ifndef ERES_WDK_FILTER_H
#define ERES_WDK_FILTER_H

#include "scalars.h"

typedef struct _FLT_FILTER *PFLT_FILTER;
typedef struct _FLT_INSTANCE *PFLT_INSTANCE;
typedef struct _FLT_VOLUME *PFLT_VOLUME;
typedef struct _FLT_PORT *PFLT_PORT;
typedef struct _FLT_CALLBACK_DATA *PFLT_CALLBACK_DATA;
typedef const struct _FLT_RELATED_OBJECTS *PCFLT_RELATED_OBJECTS;
typedef PVOID PFLT_CONTEXT;

#endif /* ERES_WDK_FILTER_H */
