// SPDX-License-Identifier: GPL-2.0-only
/* A minifilter's header in both capitalisations, and nothing else. */
#include <fltKernel.h>
#include <FltKernel.h>

#include "headers.h"
#include "headers_driver.h"

int eres_headers_filter(void)
{
	return MakeAndUseFcb();
}
