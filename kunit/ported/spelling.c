// SPDX-License-Identifier: GPL-2.0-only
/* Headers in the capitals that occur. */
#include <fltkernel.h>
#include <FltKernel.h>
#include <fltKernel.h>
#include <Ntifs.h>
#include <NTIFS.H>
#include <Ntddk.h>
#include <NTDDK.H>
#include <Wdm.h>
#include <WDM.H>
#include <dontuse.h>
#include <suppress.h>

VOID PortedSpelled(PERESOURCE Resource);

VOID PortedSpelled(PERESOURCE Resource)
{
	ExReleaseResourceLite(Resource);
}
