// SPDX-License-Identifier: GPL-2.0-only
/*
 * The routine that is a macro elsewhere, declared by the driver itself: for this
 * file there is the function only, see Kbuild.
 */
#include <ntifs.h>

NTSTATUS ExInitializeResourceLite(PERESOURCE Resource);
NTSTATUS PortedByFunction(PERESOURCE Resource);

NTSTATUS PortedByFunction(PERESOURCE Resource)
{
	return ExInitializeResourceLite(Resource);
}
