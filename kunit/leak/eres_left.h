/* SPDX-License-Identifier: GPL-2.0-only */
/* What eres_left.ko does for other drivers. */
#ifndef ERES_LEFT_H
#define ERES_LEFT_H

#include <ntifs.h>

NTSTATUS left_initialize(PERESOURCE Resource);

#endif /* ERES_LEFT_H */
