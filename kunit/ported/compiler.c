// SPDX-License-Identifier: GPL-2.0-only
/*
 * What Microsoft's compiler and headers let pass: words by names that Linux has taken,
 * attributes in a row, macros as parts of expressions, what Windows' long can hold.
 */
#ifdef __linux__
#error "Linux' side of code that both systems have"
#endif
#include <ntifs.h>
#include <ctype.h>
#include <intrin.h>
#include <limits.h>
#include <stdint.h>
#include <assert.h>
#include <ntintsafe.h>

typedef struct _MODULE {
	int unix, linux, noinline, notrace, fallthrough;
} MODULE, *PMODULE;

#include <pshpack1.h>
typedef struct _ON_DISK {
	UCHAR Kind;
	ULONG Size;
} ON_DISK;
#include <poppack.h>
static_assert(sizeof(ON_DISK) == 5, "packed");
static_assert(LONG_MAX == 2147483647 && ULONG_MAX == 0xffffffff, "Windows' long");
#if NTDDI_VERSION < NTDDI_WIN7
#error "an older Windows than the snippet says"
#endif

__declspec(noinline noreturn) VOID CompilerStops(VOID);
__declspec(deprecated("use another")) VOID CompilerOld(VOID);
__declspec(allocate("SECTION")) extern ULONG CompilerPlaced;
__declspec(align(64)) static ULONG CompilerAligned;
__declspec(guard(nocf)) VOID CompilerUnguarded(_In_reads_to_ptr_opt_(End) PUCHAR Begin, PUCHAR End)
{
	UNREFERENCED_PARAMETER(Begin);
	UNREFERENCED_PARAMETER(End);
}

ULONG CompilerUse(const ULONG Constant, PLIST_ENTRY Entry, ULONG Array[2], PMODULE Module)
{
	ULONG Index = 0, Local;
	/* What the compiler itself takes. */
	unsigned long Wide = 0;
	USHORT Small;
	ON_DISK *Disk;

	UNREFERENCED_PARAMETER(Constant);
	UNREFERENCED_PARAMETER(Array);
	UNREFERENCED_PARAMETER(Module = NULL);
	UNREFERENCED_LOCAL_VARIABLE(Local);
	if (Constant)
		UNREFERENCED_PARAMETER(Entry);
	else
		__noop("not evaluated", CompilerStops());
	if (!NT_VERIFY(Entry != NULL))
		return __noop(1);
	__assume(Entry != NULL), Index++;
	if (_BitScanForward(&Index, Constant) && BitScanReverse(&Index, Constant))
		Index += _bittest((const LONG *)&Constant, 3);
	if (_BitScanForward64(&Wide, Constant) & !_BitScanReverse(&Wide, 0))
		Index += Wide;
	if (!NT_SUCCESS(RtlULongLongToUShort(UINT64_C(5) * Constant, &Small)))
		return ULONG_MAX;
	Disk = CONTAINING_RECORD(Index ? Array : Array + 1, ON_DISK, Size);
	return Index + Disk->Kind + CompilerAligned + isdigit('5') + _countof("abc");
}

ULONG CompilerTries(ULONG Number)
{
	__try {
		Number++;
	} __except (_exception_code() ? EXCEPTION_EXECUTE_HANDLER : EXCEPTION_CONTINUE_SEARCH) {
		Number = _exception_code();
	}
	return Number;
}
