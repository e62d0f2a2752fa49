// SPDX-License-Identifier: GPL-2.0-only
/* Annotations of both generations, where they are found. */
#include <ntifs.h>

typedef __success(return >= 0) NTSTATUS STATUS_OF_MINE;
typedef _Return_type_success_(return >= 0) LONG RESULT_OF_MINE;

STATUS_OF_MINE PortedOld(__in PVOID From, __out_bcount(Length) PVOID To,
			 __in ULONG Length, __inout_opt PULONG Done, __deref_out PVOID *Where);
_Ret_maybenull_ _Post_writable_byte_size_(Length)
PVOID PortedNew(_In_reads_bytes_opt_(Length) PVOID From,
		_Out_writes_bytes_all_(Length) PVOID To, ULONG Length,
		_Outptr_result_nullonfailure_ _Outptr_result_bytebuffer_(*Size) PVOID *Buffer,
		_Frees_ptr_opt_ _Post_invalid_ PVOID Old, _Notliteral_ PULONG Size);

STATUS_OF_MINE PortedOld(__in PVOID From, __out_bcount(Length) PVOID To,
			 __in ULONG Length, __inout_opt PULONG Done, __deref_out PVOID *Where)
{
	__analysis_assume(Length != 0);
	if (Done)
		*Done = Length;
	*Where = To;
	switch (Length) {
	case 0:
		*Where = From;
		__fallthrough;
	default:
		return STATUS_SUCCESS;
	}
}

PVOID PortedNew(PVOID From, PVOID To, ULONG Length, PVOID *Buffer, PVOID Old, PULONG Size)
{
	UNREFERENCED_PARAMETER(Old);
	*Size = Length;
	*Buffer = To;
	return From;
}
