// SPDX-License-Identifier: GPL-2.0-only
/*
 * The disk and the memory that the sample pretends to have. A transfer begins
 * at once and ends in a timer, so that its completion runs in softirq while the
 * thread that started it is somewhere else, or dead.
 */
#include <linux/delay.h>
#include <linux/minmax.h>

#include "ramfile.h"

#define SECTOR	512

static void disk_tick(struct timer_list *timer)
{
	PDISK_TRANSFER Transfer = container_of(timer, DISK_TRANSFER, Timer);

	memcpy(Transfer->To, Transfer->From, Transfer->Left);
	Transfer->Completion(Transfer);
}

/* The first half now and the rest later: half a transfer is there to be seen. */
VOID DiskStart(PDISK_TRANSFER Transfer, PUCHAR To, const UCHAR *From,
	       ULONG Length, DISK_COMPLETION *Completion)
{
	ULONG half = Length / 2;

	memcpy(To, From, half);
	Transfer->To = To + half;
	Transfer->From = From + half;
	Transfer->Left = Length - half;
	Transfer->Completion = Completion;
	timer_setup(&Transfer->Timer, disk_tick, 0);
	mod_timer(&Transfer->Timer, jiffies + 1);
}

VOID CacheCopy(PUCHAR To, const UCHAR *From, ULONG Length)
{
	while (Length) {
		ULONG piece = min_t(ULONG, Length, SECTOR);

		memcpy(To, From, piece);
		To += piece;
		From += piece;
		Length -= piece;
		usleep_range(100, 200);
	}
}
