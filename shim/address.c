// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is an address that a driver gave that of a resource? Nothing that it may be
 * crashes the kernel: garbage is told from memory by reading it with a fault
 * handler in place, which costs no more than reading it.
 */
#include <linux/err.h>
#include <linux/uaccess.h>

#include "internal.h"

/* The lower half and what no address can be; a faulting read of it is fatal. */
static bool eres_is_kernels(const ERESOURCE *r)
{
	return (unsigned long)r >= PAGE_OFFSET && !IS_ERR_VALUE(r);
}

static bool eres_is_readable(const ERESOURCE *r)
{
	u32 magic;

	__get_kernel_nofault(&magic, &r->magic, u32, out_fault);
	return true;

out_fault:
	return false;
}

/**
 * eres_check_address() - Can this be the address of a resource at all?
 * @call: routine and caller
 * @r: the address
 *
 * Return: false, after a report, if it is not the kernel's, not aligned, or
 *         nothing is there.
 */
bool eres_check_address(const struct eres_call *call, ERESOURCE *r)
{
	if (unlikely(!IS_ALIGNED((unsigned long)r, sizeof(void *)))) {
		eres_report(call, NULL, ERES_VERIFIER, ERES_V_UNALIGNED, 0, 0,
			    (unsigned long)r);
		return false;
	}
	if (unlikely(!eres_is_kernels(r) || !eres_is_readable(r))) {
		eres_report(call, NULL, ERES_VERIFIER, ERES_V_BAD_ADDRESS,
			    (unsigned long)r, 0, 0);
		return false;
	}
	return true;
}

/* As eres_is_live(), of an address that may be anything. */
bool eres_is_live_safely(const ERESOURCE *r)
{
	return IS_ALIGNED((unsigned long)r, sizeof(void *)) &&
	       eres_is_kernels(r) && eres_is_readable(r) && eres_is_live(r);
}
