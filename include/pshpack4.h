/* SPDX-License-Identifier: GPL-2.0-only */
/* What follows, until poppack.h, is aligned to 4 at most. Included any number of times. */
#pragma pack(push, 4)
