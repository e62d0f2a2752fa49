// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver that leaves one resource behind when it goes: in which memory, and how
 * it was initialised, is said by its parameters.
 */
#include <linux/kmemleak.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "eres_left.h"

static char *way = "";
module_param(way, charp, 0444);
MODULE_PARM_DESC(way, "macro, function, pointer, tail, init-macro, init-function, init-tail; none if empty");

static char *memory = "heap";
module_param(memory, charp, 0444);
MODULE_PARM_DESC(memory, "static, percpu, init, heap, vmalloc");

static bool freed;
module_param(freed, bool, 0444);
MODULE_PARM_DESC(freed, "free the memory, heap or vmalloc, at the end");

static bool again;
module_param(again, bool, 0444);
MODULE_PARM_DESC(again, "the memory is freed and allocated again, and its resource owned and deleted");

static bool fail;
module_param(fail, bool, 0444);
MODULE_PARM_DESC(fail, "do not start after all");

static ERESOURCE left_static;
static DEFINE_PER_CPU(ERESOURCE, left_percpu);
static ERESOURCE left_init_data __initdata;
static PERESOURCE left_allocated;

static NTSTATUS (*left_pointer)(PERESOURCE Resource);

static noinline NTSTATUS left_by_macro(PERESOURCE Resource)
{
	NTSTATUS status = ExInitializeResourceLite(Resource);

	barrier();
	return status;
}

static noinline NTSTATUS left_by_function(PERESOURCE Resource)
{
	NTSTATUS status = (ExInitializeResourceLite)(Resource);

	barrier();
	return status;
}

static noinline NTSTATUS left_by_pointer(PERESOURCE Resource)
{
	NTSTATUS status;

	WRITE_ONCE(left_pointer, ExInitializeResourceLite);
	status = READ_ONCE(left_pointer)(Resource);
	barrier();
	return status;
}

static noinline NTSTATUS left_by_tail(PERESOURCE Resource)
{
	return (ExInitializeResourceLite)(Resource);
}

/* From code that is gone when the driver has started. */
static noinline NTSTATUS __init left_init_macro(PERESOURCE Resource)
{
	NTSTATUS status = ExInitializeResourceLite(Resource);

	barrier();
	return status;
}

static noinline NTSTATUS __init left_init_function(PERESOURCE Resource)
{
	NTSTATUS status = (ExInitializeResourceLite)(Resource);

	barrier();
	return status;
}

static noinline NTSTATUS __init left_init_tail(PERESOURCE Resource)
{
	return (ExInitializeResourceLite)(Resource);
}

/* For another driver, which imports nothing of eresource.ko itself. */
NTSTATUS left_initialize(PERESOURCE Resource)
{
	return ExInitializeResourceLite(Resource);
}
EXPORT_SYMBOL_GPL(left_initialize);

struct left_way {
	const char *name;
	NTSTATUS (*fn)(PERESOURCE Resource);
};

static const struct left_way left_ways[] __initconst = {
	{ "macro", left_by_macro },
	{ "function", left_by_function },
	{ "pointer", left_by_pointer },
	{ "tail", left_by_tail },
	{ "init-macro", left_init_macro },
	{ "init-function", left_init_function },
	{ "init-tail", left_init_tail },
};

static PERESOURCE __init left_memory(void)
{
	if (!strcmp(memory, "static"))
		return &left_static;
	if (!strcmp(memory, "percpu"))
		return per_cpu_ptr(&left_percpu, 0);
	if (!strcmp(memory, "init"))
		return &left_init_data;
	if (!strcmp(memory, "heap"))
		left_allocated = kmalloc(sizeof(*left_allocated), GFP_KERNEL);
	else if (!strcmp(memory, "vmalloc"))
		left_allocated = vmalloc(sizeof(*left_allocated));
	/* Lost on purpose, in the end: kmemleak need not find out. */
	kmemleak_not_leak(left_allocated);
	return left_allocated;
}

/* Other resources come and go beside the one that has been freed: some share its list. */
static void left_use_others(void)
{
	static ERESOURCE others[1024];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(others); i++)
		WARN_ON(!NT_SUCCESS(ExInitializeResourceLite(&others[i])));
	for (i = 0; i < ARRAY_SIZE(others); i++)
		WARN_ON(!NT_SUCCESS(ExDeleteResourceLite(&others[i])));
}

#define LEFT_OWNER	((ULONG_PTR)0x1000 | 3)

/* The same memory, zeroed as what is allocated: and initialised anew, which is no misuse. */
static noinline void left_use_again(PERESOURCE resource)
{
	memset(resource, 0, sizeof(*resource));
	WARN_ON(!NT_SUCCESS(ExInitializeResourceLite(resource)));
	KeEnterCriticalRegion();
	WARN_ON(!ExAcquireResourceExclusiveLite(resource, TRUE));
	ExSetResourceOwnerPointer(resource, (PVOID)LEFT_OWNER);
	KeLeaveCriticalRegion();
}

static void left_delete(PERESOURCE resource)
{
	KeEnterCriticalRegion();
	ExReleaseResourceForThreadLite(resource, LEFT_OWNER);
	KeLeaveCriticalRegion();
	WARN_ON(!NT_SUCCESS(ExDeleteResourceLite(resource)));
	kfree(resource);
}

static void left_free(void)
{
	if (again) {
		left_delete(left_allocated);
		left_use_others();
	}
	if (!freed)
		return;
	/* Overwritten, as what is freed is sooner or later. */
	if (left_allocated && !is_vmalloc_addr(left_allocated))
		kfree_sensitive(left_allocated);
	else
		vfree(left_allocated);
	left_use_others();
}

static int __init left_init(void)
{
	const struct left_way *one;
	PERESOURCE resource;

	if (!*way)
		return 0;
	resource = left_memory();
	if (!resource)
		return -ENOMEM;
	for (one = left_ways; one < left_ways + ARRAY_SIZE(left_ways); one++)
		if (!strcmp(way, one->name) && NT_SUCCESS(one->fn(resource))) {
			if (again)
				left_use_again(resource);
			return fail ? -ENODEV : 0;
		}
	left_free();
	return -EINVAL;
}
module_init(left_init);

static void __exit left_exit(void)
{
	left_free();
}
module_exit(left_exit);

MODULE_DESCRIPTION("Leaves an ERESOURCE behind");
MODULE_LICENSE("GPL");
