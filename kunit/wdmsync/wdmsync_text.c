// SPDX-License-Identifier: GPL-2.0-only
/*
 * Windows' formats, safe strings, safe arithmetic and the pool, used as drivers
 * do. A ported file, see Kbuild. Each routine returns 0, or the line of what is wrong.
 */
#include <stdint.h>
#include <string.h>
#include <ntifs.h>
#include <ntstrsafe.h>
#include <ntintsafe.h>

#include "wdmsync.h"

#define CHECK(Condition)			\
	do {					\
		if (!(Condition))		\
			return __LINE__;	\
	} while (0)

/* Is that what the arguments print? */
#define PRINTS(Text, ...)							\
	(RtlStringCbPrintfA(Line, sizeof(Line), __VA_ARGS__) == STATUS_SUCCESS &&	\
	 !strcmp(Line, Text))

#define PRINTS_WIDE(Text, ...)							\
	(RtlStringCbPrintfW(Wide, sizeof(Wide), __VA_ARGS__) == STATUS_SUCCESS &&	\
	 !wcscmp(Wide, Text))

static CHAR Line[64];
static WCHAR Wide[64];

int eres_wdk_formats(void)
{
	UNICODE_STRING Counted = RTL_CONSTANT_STRING(L"abcdef");
	ANSI_STRING Ansi = { 2, 4, (PCHAR)"xyz" };
	LONGLONG Large = -5000000000LL;

	/* Of l 32 bits, whatever stands above them in the register. */
	CHECK(PRINTS("-1 4294967295 ffffffff 1", "%ld %lu %lx %d", -1, 0xffffffffUL, ~0UL, 1));
	CHECK(PRINTS("-5000000000 3B9ACA00 7", "%I64d %lX %u", Large, 1000000000, 7));
	CHECK(PRINTS("-5000000000 1 2", "%lld %I32d %Iu", Large, 1, (SIZE_T)2));
	CHECK(PRINTS("-1 255 -1", "%hhd %hhu %hd", 0xff, 0x1ff, 0xffff));

	CHECK(PRINTS("[   42] [42   ] [00042] [+42] [ 42]", "[%5d] [%-5d] [%05d] [%+d] [% d]",
		     42, 42, 42, 42, 42));
	CHECK(PRINTS("0x2a 0X2A 052 0 [  007] [-0042]", "%#x %#X %#o %#x [%5.3d] [%05d]",
		     42, 42, 42, 0, 7, -42));
	CHECK(PRINTS("[   7] [7   ] []", "[%*d] [%-*d] [%.0d]", 4, 7, 4, 7, 0));

	CHECK(PRINTS("ab abcdef xy ", "%.2s %wZ %Z %wZ", "abc", &Counted, &Ansi, NULL));
	CHECK(PRINTS("one two three (null) %", "%S %ws %ls %s %%", L"one", L"two", L"three",
		     NULL));
	CHECK(PRINTS("[  abc] [abc  ] [abc] xyW", "[%5.3wZ] [%-5.3wZ] [%.3wZ] %c%hc%C",
		     &Counted, &Counted, &Counted, 'x', 'y', L'W'));
	CHECK(PRINTS("\xc3\xa4\xe2\x82\xac", "%ws", L"\x00e4\x20ac"));

	/* In wide formats s and c are wide, S and C are not. */
	CHECK(PRINTS_WIDE(L"wide bytes more abcdef W", L"%s %S %hs %wZ %c", L"wide", "bytes",
			  "more", &Counted, L'W'));
	return 0;
}

/* Is that what is in a counted string? It has room for three. */
static BOOLEAN Holds(PCUNICODE_STRING String, PCWSTR Text)
{
	return String->Length == wcslen(Text) * sizeof(WCHAR) &&
	       RtlEqualMemory(String->Buffer, Text, String->Length) && String->Buffer[3] == L'!';
}

static int CountedStrings(void)
{
	UNICODE_STRING To = { 0, 6, Wide }, Odd = { 1, 6, Wide }, Long = { 8, 6, Wide };
	UNICODE_STRING From = RTL_CONSTANT_STRING(L"xyz");

	Wide[3] = L'!';
	CHECK(RtlUnicodeStringPrintf(&To, L"%d", 12) == STATUS_SUCCESS && Holds(&To, L"12"));
	CHECK(RtlUnicodeStringPrintf(&To, L"%d", 123) == STATUS_SUCCESS && Holds(&To, L"123"));
	CHECK(RtlUnicodeStringPrintf(&To, L"%d", 1234) == STATUS_BUFFER_OVERFLOW);
	CHECK(Holds(&To, L"123"));
	CHECK(RtlUnicodeStringCopyString(&To, L"a") == STATUS_SUCCESS && Holds(&To, L"a"));
	CHECK(RtlUnicodeStringCatString(&To, L"bc") == STATUS_SUCCESS && Holds(&To, L"abc"));
	CHECK(RtlUnicodeStringCatString(&To, L"d") == STATUS_BUFFER_OVERFLOW && Holds(&To, L"abc"));
	CHECK(RtlUnicodeStringCopy(&To, &From) == STATUS_SUCCESS && Holds(&To, L"xyz"));
	To.Length = 2;
	CHECK(RtlUnicodeStringCat(&To, &From) == STATUS_BUFFER_OVERFLOW && Holds(&To, L"xxy"));
	CHECK(RtlUnicodeStringCchCopyStringN(&To, L"ab", 3) == STATUS_SUCCESS && Holds(&To, L"ab"));
	CHECK(RtlUnicodeStringCbCopyStringN(&To, L"xyz", 4) == STATUS_SUCCESS &&
	      Holds(&To, L"xy"));
	CHECK(RtlUnicodeStringCchCopyStringN(&To, L"abcd", 4) == STATUS_BUFFER_OVERFLOW);
	CHECK(Holds(&To, L"abc"));
	CHECK(RtlUnicodeStringCopy(&To, NULL) == STATUS_SUCCESS && Holds(&To, L""));
	CHECK(RtlUnicodeStringCat(NULL, &From) == STATUS_INVALID_PARAMETER);
	CHECK(RtlUnicodeStringCat(&Odd, &From) == STATUS_INVALID_PARAMETER);
	CHECK(RtlUnicodeStringCopy(&To, &Long) == STATUS_INVALID_PARAMETER);
	CHECK(RtlUnicodeStringValidate(NULL) == STATUS_SUCCESS);
	CHECK(RtlUnicodeStringPrintf(&To, NULL) == STATUS_INVALID_PARAMETER && Holds(&To, L""));
	return 0;
}

int eres_wdk_room(void)
{
	UNICODE_STRING Counted = { 4, 6, L"xyz" };
	SIZE_T Length;

	/* What does not fit ends with a zero all the same, and with _snprintf() it does not. */
	CHECK(RtlStringCbPrintfA(Line, 4, "%s", "abcd") == STATUS_BUFFER_OVERFLOW);
	CHECK(!strcmp(Line, "abc"));
	CHECK(RtlStringCbPrintfA(Line, 5, "%s", "abcd") == STATUS_SUCCESS);
	CHECK(RtlStringCbPrintfA(Line, 0, "%s", "abcd") == STATUS_INVALID_PARAMETER);
	RtlFillMemory(Line, sizeof(Line), '#');
	CHECK(_snprintf(Line, 4, "%s", "abcd") == 4 && Line[4] == '#');
	CHECK(_snprintf(Line, 4, "%s", "abcde") == -1 && Line[4] == '#' && Line[3] == 'd');
	CHECK(_snwprintf(Wide, 4, L"%s", L"ab") == 2 && !Wide[2]);

	CHECK(RtlStringCbCopyW(Wide, 8, L"abcdef") == STATUS_BUFFER_OVERFLOW);
	CHECK(!wcscmp(Wide, L"abc"));
	CHECK(RtlStringCchCopyW(Wide, 10, L"ab") == STATUS_SUCCESS);
	CHECK(RtlStringCchCatW(Wide, 4, L"cd") == STATUS_BUFFER_OVERFLOW && !wcscmp(Wide, L"abc"));
	CHECK(RtlStringCbCatNA(strcpy(Line, "a"), 8, "bcd", 2) == STATUS_SUCCESS);
	CHECK(!strcmp(Line, "abc"));
	CHECK(RtlStringCbLengthW(L"abc", 100, &Length) == STATUS_SUCCESS && Length == 6);
	/* What is counted need not end with a zero. */
	CHECK(RtlStringCbCopyUnicodeString(Wide, sizeof(Wide), &Counted) == STATUS_SUCCESS);
	CHECK(!wcscmp(Wide, L"xy"));
	CHECK(RtlStringCchCopyUnicodeString(Wide, 2, &Counted) == STATUS_BUFFER_OVERFLOW);
	CHECK(!wcscmp(Wide, L"x"));
	CHECK(RtlStringCchCopyUnicodeString(Wide, 2, NULL) == STATUS_SUCCESS && !Wide[0]);
	CHECK(RtlStringCchCopyUnicodeString(Wide, 0, &Counted) == STATUS_INVALID_PARAMETER);
	CHECK(RtlStringCchLengthA("abc", 3, &Length) == STATUS_INVALID_PARAMETER);
	return CountedStrings();
}

int eres_wdk_arithmetic(void)
{
	ULONG n;
	USHORT small;
	LONGLONG large;
	SIZE_T size;

	CHECK(RtlULongAdd(1, 2, &n) == STATUS_SUCCESS && n == 3);
	CHECK(RtlULongAdd(MAXULONG, 1, &n) == STATUS_INTEGER_OVERFLOW && n == MAXULONG);
	CHECK(RtlULongSub(1, 2, &n) == STATUS_INTEGER_OVERFLOW);
	CHECK(RtlULongMult(0x10000, 0x10000, &n) == STATUS_INTEGER_OVERFLOW);
	CHECK(RtlULongToUShort(65535, &small) == STATUS_SUCCESS && small == 65535);
	CHECK(RtlULongToUShort(65536, &small) == STATUS_INTEGER_OVERFLOW && small == 65535);
	CHECK(RtlLongToULong(-1, &n) == STATUS_INTEGER_OVERFLOW);
	CHECK(RtlULongLongToLongLong(MAXULONGLONG, &large) == STATUS_INTEGER_OVERFLOW);
	CHECK(RtlSIZETMult(8, 4, &size) == STATUS_SUCCESS && size == 32);
	CHECK(RtlSIZETMult(8, MAXSIZE_T / 4, &size) == STATUS_INTEGER_OVERFLOW && !~size);
	CHECK(RtlSIZETToULong(MAXSIZE_T, &n) == STATUS_INTEGER_OVERFLOW);
	CHECK(RtlLongLongAdd(INT64_MAX, 1, &large) == STATUS_INTEGER_OVERFLOW);
	return 0;
}

static int CheckPiece(POOL_TYPE Type, SIZE_T Size)
{
	PUCHAR p = ExAllocatePoolWithTag(Type, Size, 'tseT');
	ULONG_PTR Mask = Size < 4096 ? 15 : 4095;
	SIZE_T i;

	CHECK(p && !((ULONG_PTR)p & Mask));
	RtlFillMemory(p, Size, 0xaa);
	ExFreePoolWithTag(p, 'tseT');

	p = ExAllocatePool2(POOL_FLAG_NON_PAGED, Size, 'tseT');
	CHECK(p && !((ULONG_PTR)p & Mask));
	for (i = 0; i < Size; i++)
		CHECK(!p[i]);
	ExFreePool(p);

	p = FsRtlAllocatePoolWithTag(Type, (ULONG)Size, 'tseT');
	CHECK(p && !((ULONG_PTR)p & Mask));
	RtlFillMemory(p, Size, 0xaa);
	ExFreePool(p);
	return 0;
}

int eres_wdk_pool(void)
{
	static const SIZE_T Sizes[] = {
		1, 17, 24, 96, 100, 192, 1000, 2049, 4096, 5000, 9000, 300000
	};
	ULONG i;
	int line;
	KIRQL Irql;

	for (i = 0; i < RTL_NUMBER_OF(Sizes); i++) {
		line = CheckPiece(PagedPool, Sizes[i]);
		if (line)
			return line;
	}

	/* Where it must not sleep: the kernel would complain. */
	KeRaiseIrql(DISPATCH_LEVEL, &Irql);
	line = CheckPiece(NonPagedPoolNx, 100);
	KeLowerIrql(Irql);
	return line;
}

static KSPIN_LOCK SpinLock = 0;
static EX_SPIN_LOCK ReaderWriter = 0;
static EX_PUSH_LOCK PushLock = 0;
static EX_RUNDOWN_REF RunDown = { .Count = EX_RUNDOWN_ACTIVE };
static FAST_MUTEX FastMutex;
static KGUARDED_MUTEX GuardedMutex;
static IO_REMOVE_LOCK RemoveLock;

/* Each once, in a file that has no header of Linux. */
int eres_wdk_locks(void)
{
	KLOCK_QUEUE_HANDLE Handle;
	KIRQL Irql;

	KeAcquireSpinLock(&SpinLock, &Irql);
	KeReleaseSpinLock(&SpinLock, Irql);
	KeInitializeSpinLock(&SpinLock);
	KeAcquireInStackQueuedSpinLock(&SpinLock, &Handle);
	KeReleaseInStackQueuedSpinLock(&Handle);
	Irql = ExAcquireSpinLockShared(&ReaderWriter);
	ExReleaseSpinLockShared(&ReaderWriter, Irql);
	CHECK(KeTestSpinLock(&SpinLock) && !ReaderWriter);

	ExInitializeFastMutex(&FastMutex);
	ExAcquireFastMutex(&FastMutex);
	CHECK(KeGetCurrentIrql() == APC_LEVEL);
	ExReleaseFastMutex(&FastMutex);
	KeInitializeGuardedMutex(&GuardedMutex);
	CHECK(KeTryToAcquireGuardedMutex(&GuardedMutex));
	KeReleaseGuardedMutex(&GuardedMutex);

	FltAcquirePushLockShared(&PushLock);
	CHECK(KeAreApcsDisabled());
	FltReleasePushLock(&PushLock);
	ExInitializePushLock(&PushLock);

	CHECK(!ExAcquireRundownProtection(&RunDown));
	IoInitializeRemoveLock(&RemoveLock, 'tseT', 0, 0);
	CHECK(IoAcquireRemoveLock(&RemoveLock, NULL) == STATUS_SUCCESS);
	IoReleaseRemoveLockAndWait(&RemoveLock, NULL);
	CHECK(IoAcquireRemoveLock(&RemoveLock, NULL) == STATUS_DELETE_PENDING);
	CHECK(!KeAreApcsDisabled() && KeGetCurrentIrql() == PASSIVE_LEVEL);
	return 0;
}

int eres_wdk_prints(void)
{
	UNICODE_STRING Name = RTL_CONSTANT_STRING(L"name");

	CHECK(DbgPrint("eres_wdk: %wZ ", &Name) == STATUS_SUCCESS);
	CHECK(DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_INFO_LEVEL, "%I64d\n", 5LL) == STATUS_SUCCESS);
	KdPrint(("eres_wdk: not printed in a free build\n"));
	return 0;
}
