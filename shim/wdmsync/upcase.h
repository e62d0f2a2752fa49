/* SPDX-License-Identifier: GPL-2.0-only */
/* Case of 16-bit characters. */
#ifndef WDMSYNC_UPCASE_H
#define WDMSYNC_UPCASE_H

#include <linux/types.h>

u16 eres_upcase(u16 c);
u16 eres_downcase(u16 c);

#endif /* WDMSYNC_UPCASE_H */
