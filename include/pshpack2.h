/* SPDX-License-Identifier: GPL-2.0-only */
/* What follows, until poppack.h, is aligned to 2 at most. Included any number of times. */
#pragma pack(push, 2)
