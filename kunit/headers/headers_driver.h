/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lock code as Windows drivers write it, with annotations in every place where
 * they are found. Included after the headers, whose order is what is tested.
 */
#ifndef ERES_KUNIT_HEADERS_DRIVER_H
#define ERES_KUNIT_HEADERS_DRIVER_H

/* Without semicolons, at file scope. */
_Create_lock_level_(VolumeLevel)
_Create_lock_level_(FcbLevel)
_Lock_level_order_(VolumeLevel, FcbLevel)

typedef struct _FCB_HEADER {
	PERESOURCE Resource;
} FCB_HEADER;

typedef struct _FCB {
	FCB_HEADER Header;

	_Has_lock_level_(FcbLevel) ERESOURCE MainResource;
	_Guarded_by_(Header.Resource) ULONG Opens;
	_Write_guarded_by_(MainResource) _Field_size_bytes_(Opens) PVOID Data;
	_Interlocked_ LONG References;
} FCB, *PFCB;

typedef _Function_class_(FCB_ROUTINE) _IRQL_requires_same_
_IRQL_requires_max_(APC_LEVEL) NTSTATUS NTAPI FCB_ROUTINE(_In_ PFCB Fcb);
static FCB_ROUTINE UseFcb;

/* Before the return type, between it and the name, and in the list. */
_IRQL_requires_max_(APC_LEVEL)
_IRQL_requires_same_
_Acquires_exclusive_lock_(*Fcb->Header.Resource)
_Acquires_lock_(_Global_critical_region_)
_When_(Wait != 0, _Post_satisfies_(return != 0))
_When_(return != 0, _Acquires_exclusive_lock_(*Fcb->Header.Resource))
_Success_(return)
_Must_inspect_result_
static BOOLEAN NTAPI AcquireFcb(_Inout_ _Requires_lock_not_held_(*_Curr_) PFCB Fcb,
				IN BOOLEAN Wait)
{
	PAGED_CODE();

	_Analysis_assume_lock_not_held_(*Fcb->Header.Resource);
	FsRtlEnterFileSystem();
	if (ExAcquireResourceExclusiveLite(Fcb->Header.Resource, Wait))
		return TRUE;
	FsRtlExitFileSystem();
	return FALSE;
}

static VOID
_IRQL_requires_max_(DISPATCH_LEVEL)
_Requires_lock_held_(*Fcb->Header.Resource)
_Releases_lock_(*Fcb->Header.Resource)
_Releases_lock_(_Global_critical_region_)
__drv_maxIRQL(DISPATCH_LEVEL) __drv_releasesCriticalRegion
FASTCALL ReleaseFcb(_Inout_ PFCB CONST Fcb)
{
	NT_ASSERT(ExIsResourceAcquiredExclusiveLite(Fcb->Header.Resource));
	_Analysis_assume_lock_held_(*Fcb->Header.Resource);
	ExReleaseResource(Fcb->Header.Resource);
	FsRtlExitFileSystem();
}

_IRQL_raises_(APC_LEVEL)
_IRQL_saves_global_(OldIrql, *OldIrql)
_At_(*OldIrql, _IRQL_saves_)
static VOID RaiseForFcb(_Out_ _IRQL_saves_ PKIRQL OldIrql)
{
	KeRaiseIrql(APC_LEVEL, OldIrql);
}

_IRQL_requires_(APC_LEVEL)
_IRQL_restores_global_(OldIrql, OldIrql)
static VOID LowerForFcb(_In_ _IRQL_restores_ KIRQL OldIrql)
{
	KeLowerIrql(OldIrql);
}

static _Check_return_ ULONG
CountOpens(IN PFCB Fcb OPTIONAL, OUT PULONG Opens)
{
	_Analysis_assume_(Fcb != 0);
	ASSERT(Fcb);
	*Opens = ++Fcb->Opens;
	return ExIsResourceAcquiredLite(Fcb->Header.Resource);
}

/* STATUS_SUCCESS, or where it went wrong. */
_Use_decl_annotations_
static NTSTATUS NTAPI UseFcb(PFCB Fcb)
{
	NTSTATUS Status = STATUS_CANT_WAIT;
	ULONG Opens = 0;
	KIRQL Irql;

	if (!AcquireFcb(Fcb, FALSE))
		return Status;
	Status = STATUS_UNSUCCESSFUL;
	if (CountOpens(Fcb, &Opens) == 1 && Opens == 1)
		Status = STATUS_SUCCESS;
	ReleaseFcb(Fcb);

	RaiseForFcb(&Irql);
	if (KeGetCurrentIrql() != APC_LEVEL || !KeAreAllApcsDisabled())
		Status = STATUS_ACCESS_DENIED;
	LowerForFcb(Irql);
	return Status;
}

static NTSTATUS MakeAndUseFcb(VOID)
{
	NTSTATUS (NTAPI *Routine)(PFCB Fcb) = UseFcb;
	NTSTATUS Status, Deleted;
	FCB Fcb = { 0 };

	Fcb.Header.Resource = &Fcb.MainResource;
	Status = ExInitializeResource(Fcb.Header.Resource);
	if (!NT_SUCCESS(Status))
		return Status;
	Status = Routine(&Fcb);
	Deleted = ExDeleteResource(Fcb.Header.Resource);
	return NT_SUCCESS(Status) ? Deleted : Status;
}

/* Widths that code relies on, and truth. */
C_ASSERT(sizeof(BOOLEAN) == 1 && sizeof(UCHAR) == 1);
C_ASSERT(sizeof(USHORT) == 2 && sizeof(SHORT) == 2);
C_ASSERT(sizeof(ULONG) == 4 && sizeof(LONG) == 4 && sizeof(NTSTATUS) == 4);
C_ASSERT(sizeof(ULONGLONG) == 8 && sizeof(LONGLONG) == 8);
C_ASSERT(sizeof(ULONG_PTR) == sizeof(PVOID));
C_ASSERT(sizeof(SIZE_T) == sizeof(PVOID));
C_ASSERT(sizeof(ERESOURCE_THREAD) == sizeof(PETHREAD));
C_ASSERT(TRUE == 1 && FALSE == 0);
C_ASSERT(PASSIVE_LEVEL == 0 && APC_LEVEL == 1 && DISPATCH_LEVEL == 2);
C_ASSERT(NT_SUCCESS(STATUS_SUCCESS) && NT_SUCCESS(STATUS_PENDING));
C_ASSERT(!NT_SUCCESS(STATUS_CANT_WAIT));

#endif /* ERES_KUNIT_HEADERS_DRIVER_H */
