/* SPDX-License-Identifier: GPL-2.0-only */
/* Which warnings Microsoft's analysers leave out: others have nothing to hear. */
