/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Microsoft's source annotations (SAL) that stand around lock code, as empty
 * macros. Those that take arguments swallow anything: arguments name lock
 * expressions such as *Fcb->Header.Resource or words that only analysers know.
 *
 * The words of the first SAL (__in, __out, __reserved and their like) are left
 * out: Linux headers use them as identifiers.
 */
#ifndef ERESOURCE_SAL_H
#define ERESOURCE_SAL_H

/* Parameters and results. */
#define _In_
#define _In_opt_
#define _Out_
#define _Out_opt_
#define _Inout_
#define _Inout_opt_
#define _Outptr_
#define _Outptr_opt_
#define _Outptr_result_maybenull_
#define _Reserved_
#define _Notnull_
#define _Null_terminated_
#define _In_z_
#define _In_opt_z_
#define _In_range_(...)
#define _Must_inspect_result_
#define _Check_return_
#define _Ret_maybenull_
#define _Ret_notnull_
#define _Success_(...)
#define _When_(...)
#define _At_(...)
#define _Pre_satisfies_(...)
#define _Post_satisfies_(...)
#define _Function_class_(...)
#define _Use_decl_annotations_
#define _Const_
#define _Field_size_(...)
#define _Field_size_bytes_(...)
#define _In_reads_(...)
#define _In_reads_bytes_(...)
#define _Out_writes_(...)
#define _Out_writes_bytes_(...)
#define _Out_writes_to_(...)
#define _Out_writes_bytes_to_(...)
#define _Inout_updates_(...)
#define _Inout_updates_bytes_(...)
#define _Printf_format_string_
#define _Analysis_assume_(...)
#define _Analysis_noreturn_
#define _Dispatch_type_(...)

/* Locks. */
#define _Acquires_lock_(...)
#define _Acquires_exclusive_lock_(...)
#define _Acquires_shared_lock_(...)
#define _Acquires_nonreentrant_lock_(...)
#define _Releases_lock_(...)
#define _Releases_exclusive_lock_(...)
#define _Releases_shared_lock_(...)
#define _Releases_nonreentrant_lock_(...)
#define _Requires_lock_held_(...)
#define _Requires_exclusive_lock_held_(...)
#define _Requires_shared_lock_held_(...)
#define _Requires_lock_not_held_(...)
#define _Requires_no_locks_held_
#define _Post_same_lock_(...)
#define _Guarded_by_(...)
#define _Write_guarded_by_(...)
#define _Function_ignore_lock_checking_(...)
#define _Benign_race_begin_
#define _Benign_race_end_
#define _Interlocked_
#define _Interlocked_operand_
#define _Has_lock_kind_(...)
#define _Has_lock_level_(...)
#define _Create_lock_level_(...)
#define _Lock_level_order_(...)
#define _No_competing_thread_
#define _Analysis_assume_lock_held_(...)
#define _Analysis_assume_lock_not_held_(...)
#define _Analysis_assume_lock_acquired_(...)
#define _Analysis_assume_lock_released_(...)
#define _Analysis_assume_same_lock_(...)
#define _Analysis_suppress_lock_checking_(...)

/* IRQL. */
#define _IRQL_requires_(...)
#define _IRQL_requires_max_(...)
#define _IRQL_requires_min_(...)
#define _IRQL_requires_same_
#define _IRQL_raises_(...)
#define _IRQL_saves_
#define _IRQL_saves_global_(...)
#define _IRQL_restores_
#define _IRQL_restores_global_(...)
#define _IRQL_always_function_max_(...)
#define _IRQL_always_function_min_(...)
#define _IRQL_limited_to_(...)
#define _IRQL_uses_cancel_
#define _IRQL_is_cancel_
#define _Kernel_clear_do_init_(...)
#define _Kernel_IoGetDmaAdapter_
#define _Kernel_float_saved_
#define _Kernel_float_restored_
#define _Kernel_float_used_
#define _Kernel_requires_resource_held_(...)
#define _Kernel_requires_resource_not_held_(...)
#define _Kernel_acquires_resource_(...)
#define _Kernel_releases_resource_(...)
#define _Kernel_entersCriticalRegion_
#define _Kernel_leavesCriticalRegion_

/* The old style of driver annotations. */
#define __drv_maxIRQL(...)
#define __drv_minIRQL(...)
#define __drv_requiresIRQL(...)
#define __drv_raisesIRQL(...)
#define __drv_sameIRQL
#define __drv_savesIRQL
#define __drv_savesIRQLGlobal(...)
#define __drv_restoresIRQL
#define __drv_restoresIRQLGlobal(...)
#define __drv_acquiresCriticalRegion
#define __drv_releasesCriticalRegion
#define __drv_acquiresResource(...)
#define __drv_acquiresResourceGlobal(...)
#define __drv_releasesResource(...)
#define __drv_releasesResourceGlobal(...)
#define __drv_mustHold(...)
#define __drv_mustHoldGlobal(...)
#define __drv_mustHoldCriticalRegion
#define __drv_neverHold(...)
#define __drv_neverHoldGlobal(...)
#define __drv_neverHoldCriticalRegion
#define __drv_valueIs(...)
#define __drv_when(...)
#define __drv_at(...)
#define __drv_innerMustHold(...)
#define __drv_functionClass(...)
#define __drv_dispatchType(...)
#define __drv_aliasesMem
#define __drv_freesMem(...)
#define __drv_allocatesMem(...)
#define __drv_in
#define __drv_out
#define __drv_in_deref(...)
#define __drv_out_deref(...)

#endif /* ERESOURCE_SAL_H */
