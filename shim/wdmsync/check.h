/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What each routine of this module has to find out about its caller, and how it
 * complains: by the first module's reporter, under Windows' own codes.
 */
#ifndef WDMSYNC_CHECK_H
#define WDMSYNC_CHECK_H

#include <linux/module.h>

#include "compat.h"
#include "report/object.h"

/* First parameters of 0xC4 that more than one family reports. */
#define ERES_W_BAD_ADDRESS	0xE1
#define ERES_W_SELF_DEADLOCK	0x1000
#define ERES_W_UNINITIALIZED	0x1002
#define ERES_W_UNEXPECTED_RELEASE 0x1003
#define ERES_W_UNEXPECTED_THREAD 0x1004
#define ERES_W_NOT_HELD		0x1007

/* A level above DISPATCH_LEVEL: the interrupt's, whichever that would be. */
#define ERES_DEVICE_LEVEL	3

/* A row: what a misuse is called, what it is, and what is to be done. */
#define ERES_MISUSE(bugcheck, parameters, title, text, cure)		\
	((const struct eres_misuse){					\
		.code = (bugcheck), .params = parameters,		\
		.name = title, .what = text, .hint = cure,		\
	})

/* The same of what Driver Verifier finds. */
#define ERES_VIOLATION(number, parameters, text, cure)			\
	((const struct eres_misuse){					\
		.code = ERES_VERIFIER, .subcode = (number),		\
		.params = parameters,					\
		.name = "DRIVER_VERIFIER_DETECTED_VIOLATION",		\
		.what = text, .hint = cure,				\
	})

/*
 * About what kind of thing a family complains. It lies on the stack of the function
 * that has it: what is called for every acquire and release leaves that to another one.
 */
#define ERES_OBJECT(what, where)					\
	(&(const struct eres_object){ .module = THIS_MODULE,		\
				      .kind = (what), .address = (where) })

/* Of a violation, what follows its number; of any other, the first three. */
void eres_complain(const struct eres_misuse *misuse,
		   const struct eres_object *object,
		   struct eres_call call, unsigned long a,
		   unsigned long b, unsigned long c);
bool eres_refuse_address(const char *kind, const void *address,
			 struct eres_call call);
bool eres_check_passive(const struct eres_misuse *misuse, const struct eres_object *object,
			struct eres_call call);
void eres_end_at_passive(void);

/* There can be an object, and this is what @field of it says. */
static __always_inline bool eres_read_field(const void *address, size_t align,
					    const u32 *field, u32 *value)
{
	return likely(IS_ALIGNED((unsigned long)address, align)) &&
	       likely(eres_is_kernel_address((unsigned long)address)) &&
	       likely(eres_get_nofault(value, field));
}

/* There can be an object. Costs no more than to read it. */
static __always_inline bool eres_is_object(const void *address, size_t align)
{
	u32 any;

	return eres_read_field(address, align, address, &any);
}

/* The same, and the eight bytes that lie there. */
static __always_inline bool eres_read_object(const void *address, unsigned long *word)
{
	/* A variable: gcc 12 crashes if an asm goto writes to a member of a union. */
	unsigned long found;

	if (unlikely(!IS_ALIGNED((unsigned long)address, sizeof(*word))) ||
	    unlikely(!eres_is_kernel_address((unsigned long)address)) ||
	    unlikely(!eres_get_word_nofault(&found, address)))
		return false;
	*word = found;
	return true;
}

/* If not it has been reported (0xC4/0xE1), and the routine does nothing. */
static __always_inline bool eres_check_aligned(const char *kind, const void *address,
					       size_t align, struct eres_call call)
{
	return eres_is_object(address, align) ||
	       eres_refuse_address(kind, address, call);
}

/* Most are aligned to a pointer. */
static __always_inline bool eres_check_object(const char *kind, const void *address,
					      struct eres_call call)
{
	return eres_check_aligned(kind, address, sizeof(void *), call);
}

#endif /* WDMSYNC_CHECK_H */
