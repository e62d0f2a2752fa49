/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether an address is that of a live resource, and the name of one. */
#ifndef ERES_LIVE_H
#define ERES_LIVE_H

#include <linux/align.h>
#include <linux/compiler.h>
#include <linux/kernel.h>

#include "storage.h"
#include <eresource.h>

#include "compat.h"

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

/*
 * The argument of ExInitializeResourceLite(), as written; "?" if a live resource was
 * initialised by the function, which is not told.
 */
static inline const char *eres_name(const ERESOURCE *r)
{
	return READ_ONCE(r->site)->name ?: "?";
}

#endif /* ERES_LIVE_H */
