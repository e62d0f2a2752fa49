/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ERES_LEAK_H
#define ERES_LEAK_H

#include <ntifs.h>

/* For "keep". */
void leak_lend(PERESOURCE Resource);

#endif /* ERES_LEAK_H */
