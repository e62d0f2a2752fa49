// SPDX-License-Identifier: GPL-2.0-only
/* How much of its stack a thread has left. */
#include <linux/export.h>
#include <linux/sched/task_stack.h>

#define ERESOURCE_WDK
#include <ntddk.h>

/**
 * IoGetStackLimits() - Where the calling thread's stack lies.
 * @LowLimit: gets the lowest address that can be used
 * @HighLimit: gets the first one beyond it
 *
 * Windows gives a thread 24 KB on x64; the kernel here has 16 KB, and drivers share it
 * with the file system above them and the disk's driver below.
 *
 * Context: Task context. An interrupt may be on another stack: it gets the
 *          interrupted thread's.
 * DDI: ntifs/nf-ntifs-iogetstacklimits
 */
void IoGetStackLimits(PULONG_PTR LowLimit, PULONG_PTR HighLimit)
{
	/* The lowest word is the kernel's mark. */
	*LowLimit = (ULONG_PTR)(end_of_stack(current) + 1);
	*HighLimit = (ULONG_PTR)task_stack_page(current) + THREAD_SIZE;
}
EXPORT_SYMBOL_GPL(IoGetStackLimits);

/**
 * IoGetRemainingStackSize() - How much of its stack the calling thread has left.
 *
 * Context: Any.
 * Return: in bytes; 0 in an interrupt that is on a stack of its own.
 * DDI: wdm/nf-wdm-iogetremainingstacksize
 */
ULONG_PTR IoGetRemainingStackSize(void)
{
	ULONG_PTR here = (ULONG_PTR)__builtin_frame_address(0), low, high;

	IoGetStackLimits(&low, &high);
	return here > low && here < high ? here - low : 0;
}
EXPORT_SYMBOL_GPL(IoGetRemainingStackSize);
