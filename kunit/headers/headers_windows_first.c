// SPDX-License-Identifier: GPL-2.0-only
/* Windows headers, then Linux headers, then Windows headers again. */
#include <ntifs.h>

#include "headers_linux.h"

#include <wdm.h>
#include <ntddk.h>

#include "headers.h"
#include "headers_driver.h"

int eres_headers_windows_first(void)
{
	return MakeAndUseFcb();
}
