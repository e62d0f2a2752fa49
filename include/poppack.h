/* SPDX-License-Identifier: GPL-2.0-only */
/* The end of what pshpack1.h and its like begin. Included any number of times. */
#pragma pack(pop)
