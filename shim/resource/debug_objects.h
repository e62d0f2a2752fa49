/* SPDX-License-Identifier: GPL-2.0-only */
/* Resources as objects with a life, where the kernel watches over such. */
#ifndef ERES_DEBUG_OBJECTS_H
#define ERES_DEBUG_OBJECTS_H

#include "resource/resource.h"

#ifdef CONFIG_DEBUG_OBJECTS
void eres_debug_init(PERESOURCE r);
void eres_debug_free(PERESOURCE r);
#else
static inline void eres_debug_init(PERESOURCE r) { }
static inline void eres_debug_free(PERESOURCE r) { }
#endif

#endif /* ERES_DEBUG_OBJECTS_H */
