// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tells whether an address that a driver gave is that of a resource. Nothing that it may be
 * crashes the kernel: garbage is told from memory by reading it with a fault
 * handler in place, which costs no more than reading it.
 */
#include "report/misuse.h"

/*
 * Say why an address can not be that of a resource: it is not aligned, not the kernel's,
 * or nothing is there. Return: false, for eres_check_address().
 */
bool eres_report_address(struct eres_call call, ERESOURCE *r)
{
	if (!IS_ALIGNED((unsigned long)r, sizeof(void *)))
		eres_report(call, NULL, ERES_VERIFIER, ERES_V_UNALIGNED, 0, 0,
			    (unsigned long)r);
	else
		eres_report(call, NULL, ERES_VERIFIER, ERES_V_BAD_ADDRESS,
			    (unsigned long)r, 0, 0);
	return false;
}
