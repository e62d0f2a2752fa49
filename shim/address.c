// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is an address that a driver gave that of a resource? Nothing that it may be
 * crashes the kernel: garbage is told from memory by reading it with a fault
 * handler in place, which costs no more than reading it.
 */
#include "internal.h"

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
	u32 magic;

	if (unlikely(!IS_ALIGNED((unsigned long)r, sizeof(void *)))) {
		eres_report(call, NULL, ERES_VERIFIER, ERES_V_UNALIGNED, 0, 0,
			    (unsigned long)r);
		return false;
	}
	/* A faulting read of any other than a kernel address would be fatal. */
	if (unlikely(!eres_is_kernel_address((unsigned long)r) ||
		     !eres_get_nofault(&magic, &r->magic))) {
		eres_report(call, NULL, ERES_VERIFIER, ERES_V_BAD_ADDRESS,
			    (unsigned long)r, 0, 0);
		return false;
	}
	return true;
}
