/* SPDX-License-Identifier: GPL-2.0-only */
/* Which of C's functions a driver should not use: Microsoft's compiler is told. */
