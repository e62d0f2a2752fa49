/* SPDX-License-Identifier: GPL-2.0-only */
/* Structures that follow, until poppack.h, are aligned to 8 at most. Included any number of times. */
#pragma pack(push, 8)
