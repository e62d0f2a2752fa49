// SPDX-License-Identifier: GPL-2.0-only
/*
 * Of the front: which object is whose. The port knows by their addresses, and by their
 * handles, those that it has made. Who makes them, and what frees them, is left out.
 */
#include <linux/xarray.h>

#include "objects.h"

struct my_object {
	atomic_long_t references;
};

static DEFINE_XARRAY(my_objects);
static DEFINE_XARRAY(my_handles);

LONG_PTR MyReferenceObject(PVOID Object)
{
	struct my_object *own = xa_load(&my_objects, (unsigned long)Object);

	return own ? atomic_long_inc_return(&own->references) : ObReferenceObject(Object);
}

LONG_PTR MyDereferenceObject(PVOID Object)
{
	struct my_object *own = xa_load(&my_objects, (unsigned long)Object);

	return own ? atomic_long_dec_return(&own->references) : ObDereferenceObject(Object);
}

NTSTATUS MyReferenceObjectByHandle(HANDLE Handle, ACCESS_MASK DesiredAccess,
				   POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode,
				   PVOID *Object, POBJECT_HANDLE_INFORMATION HandleInformation)
{
	struct my_object *own = xa_load(&my_handles, (unsigned long)Handle);

	if (!own)
		return ObReferenceObjectByHandle(Handle, DesiredAccess, ObjectType, AccessMode,
						 Object, HandleInformation);
	atomic_long_inc(&own->references);
	*Object = own;
	return STATUS_SUCCESS;
}

NTSTATUS MyClose(HANDLE Handle)
{
	struct my_object *own = xa_erase(&my_handles, (unsigned long)Handle);

	if (!own)
		return ZwClose(Handle);
	atomic_long_dec(&own->references);
	return STATUS_SUCCESS;
}
