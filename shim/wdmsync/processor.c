// SPDX-License-Identifier: GPL-2.0-only
/* Which processors there are. All are in one group. */
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/smp.h>

#define ERESOURCE_WDK
#include <ntddk.h>

/**
 * KeGetCurrentProcessorNumberEx() - The processor that the caller runs on.
 * @ProcNumber: gets the same as a number within its group, if not %NULL
 *
 * Below DISPATCH_LEVEL the caller may be on another one by then.
 *
 * Context: Any.
 * Return: its number.
 * DDI: wdm/nf-wdm-kegetcurrentprocessornumberex
 */
ULONG KeGetCurrentProcessorNumberEx(PPROCESSOR_NUMBER ProcNumber)
{
	ULONG number = raw_smp_processor_id();

	if (ProcNumber)
		*ProcNumber = (struct _PROCESSOR_NUMBER){ .Number = number };
	return number;
}
EXPORT_SYMBOL_GPL(KeGetCurrentProcessorNumberEx);

/* What a group is asked for is asked of all; another one has none. */
static bool eres_is_group(USHORT group)
{
	return !group || group == ALL_PROCESSOR_GROUPS;
}

/**
 * KeQueryActiveProcessorCountEx() - How many processors are online.
 * @GroupNumber: 0, or ALL_PROCESSOR_GROUPS
 *
 * Context: Any.
 * Return: so many; 0 for another group.
 * DDI: wdm/nf-wdm-kequeryactiveprocessorcountex
 */
ULONG KeQueryActiveProcessorCountEx(USHORT GroupNumber)
{
	return eres_is_group(GroupNumber) ? num_online_cpus() : 0;
}
EXPORT_SYMBOL_GPL(KeQueryActiveProcessorCountEx);

/**
 * KeQueryMaximumProcessorCountEx() - How many processors there can be.
 * @GroupNumber: 0, or ALL_PROCESSOR_GROUPS
 *
 * For arrays with a place for each number.
 *
 * Context: Any.
 * Return: so many; 0 for another group.
 * DDI: wdm/nf-wdm-kequerymaximumprocessorcountex
 */
ULONG KeQueryMaximumProcessorCountEx(USHORT GroupNumber)
{
	return eres_is_group(GroupNumber) ? nr_cpu_ids : 0;
}
EXPORT_SYMBOL_GPL(KeQueryMaximumProcessorCountEx);

/**
 * KeQueryActiveProcessorCount() - Which processors are online.
 * @ActiveProcessors: gets a bit for each of the first 64, if not %NULL
 *
 * Context: Any.
 * Return: how many of the first 64.
 * DDI: ntddk/nf-ntddk-kequeryactiveprocessorcount
 */
ULONG KeQueryActiveProcessorCount(PKAFFINITY ActiveProcessors)
{
	KAFFINITY online = cpumask_bits(cpu_online_mask)[0];

	if (ActiveProcessors)
		*ActiveProcessors = online;
	return hweight_long(online);
}
EXPORT_SYMBOL_GPL(KeQueryActiveProcessorCount);
