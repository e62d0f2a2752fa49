/* SPDX-License-Identifier: GPL-2.0-only */
/* A capitalisation that occurs. */
#include <ntstrsafe.h>
