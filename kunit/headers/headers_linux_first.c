// SPDX-License-Identifier: GPL-2.0-only
/* Linux headers, then Windows headers. */
#include "headers_linux.h"

#include <ntddk.h>
#include <wdm.h>
#include <ntifs.h>

#include "headers.h"
#include "headers_driver.h"

int eres_headers_linux_first(void)
{
	return MakeAndUseFcb();
}
