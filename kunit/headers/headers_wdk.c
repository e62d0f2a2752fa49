// SPDX-License-Identifier: GPL-2.0-only
/*
 * What drivers' code finds beside the locks, used as they use it. A ported file:
 * it is compiled as one, see Kbuild, and knows nothing of KUnit. Each routine
 * returns 0, or the line of what is wrong.
 */
#include <stdint.h>
#include <string.h>
#include <ntifs.h>

#include "headers.h"

#define CHECK(Condition)			\
	do {					\
		if (!(Condition))		\
			return __LINE__;	\
	} while (0)

typedef struct _ITEM {
	ULONG Number;
	LIST_ENTRY Links;
} ITEM;

int eres_wdk_lists(void)
{
	ITEM a = { 1 }, b = { 2 }, c = { 3 };
	SINGLE_LIST_ENTRY stack = { NULL }, one, two;
	LIST_ENTRY head, other;

	InitializeListHead(&head);
	CHECK(IsListEmpty(&head));
	CHECK(RemoveHeadList(&head) == &head && RemoveTailList(&head) == &head);
	CHECK(head.Flink == &head && head.Blink == &head);

	InsertTailList(&head, &b.Links);
	InsertTailList(&head, &c.Links);
	InsertHeadList(&head, &a.Links);
	CHECK(CONTAINING_RECORD(head.Flink, ITEM, Links)->Number == 1);
	CHECK(b.Links.Flink == &c.Links && b.Links.Blink == &a.Links && head.Blink == &c.Links);

	/* TRUE for the last one only; what is out keeps its links. */
	CHECK(!RemoveEntryList(&b.Links) && b.Links.Flink == &c.Links);
	CHECK(RemoveTailList(&head) == &c.Links && RemoveEntryList(&a.Links));

	InitializeListHead(&other);
	InsertTailList(&head, &a.Links);
	InsertTailList(&other, &b.Links);
	InsertTailList(&other, &c.Links);
	CHECK(!RemoveEntryList(&other));
	AppendTailList(&head, &b.Links);
	CHECK(head.Flink == &a.Links && a.Links.Flink == &b.Links && c.Links.Flink == &head);
	CHECK(head.Blink == &c.Links && c.Links.Blink == &b.Links && b.Links.Blink == &a.Links);

	CHECK(!PopEntryList(&stack));
	PushEntryList(&stack, &one);
	PushEntryList(&stack, &two);
	CHECK(PopEntryList(&stack) == &two && PopEntryList(&stack) == &one);
	CHECK(!PopEntryList(&stack));
	return 0;
}

int eres_wdk_interlocked(void)
{
	LONG n = MAXLONG, bits = 0;
	LONGLONG wide = 5;
	ULONG_PTR word = 0;
	PVOID where = &n;
	SHORT small = 7;

	/* New values of these; they wrap. */
	CHECK(InterlockedIncrement(&n) == (LONG)MINLONG && InterlockedDecrement(&n) == MAXLONG);
	CHECK(InterlockedAdd64(&wide, -6) == -1 && InterlockedIncrementNoFence64(&wide) == 0);
	CHECK(InterlockedIncrement16(&small) == 8 && small == 8);
	CHECK(!~InterlockedDecrementULongPtr(&word) && !InterlockedIncrementULongPtr(&word));

	/* Old values of these. */
	n = 10;
	CHECK(InterlockedExchangeAdd(&n, 5) == 10 && n == 15);
	CHECK(InterlockedExchange(&n, 3) == 15 && n == 3);
	CHECK(InterlockedOr(&n, 12) == 3 && InterlockedAnd(&n, 9) == 15);
	CHECK(_InterlockedXor(&n, 1) == 9 && n == 8);

	/* Exchange before comparand; what was there is returned, done or not. */
	CHECK(InterlockedCompareExchange(&n, 1, 7) == 8 && n == 8);
	CHECK(InterlockedCompareExchange(&n, 1, 8) == 8 && n == 1);
	CHECK(InterlockedCompareExchangePointer(&where, NULL, &wide) == &n && where == &n);
	CHECK(InterlockedExchangePointer(&where, &wide) == &n && where == &wide);

	CHECK(!InterlockedBitTestAndSet(&bits, 31) && InterlockedBitTestAndSet(&bits, 31) == 1);
	CHECK(InterlockedBitTestAndReset(&bits, 31) == 1 && bits == 0);
	CHECK(!InterlockedBitTestAndComplement64(&wide, 63) && wide == INT64_MIN);
	CHECK(InterlockedBitTestAndComplement64NoFence(&wide, 63) == 1 && wide == 0);
	CHECK(!InterlockedBitTestAndSetNoFence(&bits, 3) && bits == 8);
	CHECK(InterlockedBitTestAndResetNoFence(&bits, 3) == 1 && bits == 0);

	WriteRelease(&n, -4);
	CHECK(ReadAcquire(&n) == -4 && ReadULongNoFence((PULONG)&n) == 0xfffffffc);
	WriteRaw64(&wide, -5);
	CHECK(ReadRaw64(&wide) == -5 && ReadSizeTAcquire((PSIZE_T)&wide) == (SIZE_T)-5);
	return 0;
}

int eres_wdk_memory(void)
{
	static UCHAR large[512];
	UCHAR a[8] = { 1, 2, 3, 4, 5, 6, 7, 8 }, b[8];
	volatile ULONG size = 500;
	ULONG i;

	RtlFillMemory(b, 4, 9);
	CHECK(b[0] == 9 && b[3] == 9);
	RtlZeroMemory(b, sizeof(b));
	CHECK(b[0] == 0 && b[7] == 0);
	RtlCopyMemory(a + 1, a, 7);
	CHECK(a[0] == 1 && a[1] == 1 && a[7] == 7);
	RtlCopyMemory(a, a + 1, 7);
	CHECK(a[0] == 1 && a[1] == 2 && a[6] == 7 && a[7] == 7);
	/* A length that the compiler does not know, both ways. */
	for (i = 0; i < sizeof(large); i++)
		large[i] = (UCHAR)i;
	RtlCopyMemory(large + 5, large, size);
	CHECK(large[5] == 0 && large[254] == 249 && large[504] == (UCHAR)499);
	RtlCopyMemory(large, large + 5, size);
	CHECK(large[0] == 0 && large[249] == 249 && large[499] == (UCHAR)499);
	RtlCopyMemory(b, a, 8);
	CHECK(RtlEqualMemory(a, b, 8) && RtlCompareMemory(a, b, 8) == 8);
	b[5]++;
	CHECK(!RtlEqualMemory(a, b, 8) && RtlCompareMemory(a, b, 8) == 5);
	b[4] = 0;
	CHECK(RtlCopyVolatileMemory(b, a, 5) == b && b[4] == a[4] && b[5] != a[5]);
	CHECK(RtlSecureZeroMemory(b, 8) == b && !b[5]);
	CHECK(Handle32ToHandle(0xfffffffeUL) == (HANDLE)(LONG_PTR)-2);
	CHECK(Ptr32ToPtr(0xfffffffeUL) == UlongToPtr(-2) && PtrToUlong(UlongToPtr(7)) == 7);
	CHECK(min(-1, 1U) == 1 && max(1, 2) == 2 && min(min(3, 2), 1) == 1);
	return 0;
}

int eres_wdk_strings(void)
{
	static const UNICODE_STRING Constant = RTL_CONSTANT_STRING(L"abc");
	DECLARE_CONST_UNICODE_STRING(Declared, L"x");
	DECLARE_UNICODE_STRING_SIZE(Room, 5);
	UNICODE_STRING s;
	ANSI_STRING ansi;

	CHECK(Constant.Length == 6 && Constant.MaximumLength == 8 && Constant.Buffer[2] == L'c');
	CHECK(Declared.Length == 2 && Room.Length == 0 && Room.MaximumLength == 10);
	RtlInitUnicodeString(&s, NULL);
	CHECK(!s.Length && !s.MaximumLength && !s.Buffer);
	RtlInitUnicodeString(&s, L"ab");
	CHECK(s.Length == 4 && s.MaximumLength == 6);
	RtlInitAnsiString(&ansi, "abc");
	CHECK(ansi.Length == 3 && ansi.MaximumLength == 4);

	RtlFillMemory(Room.Buffer, Room.MaximumLength, 0xff);
	RtlCopyUnicodeString(&Room, &Constant);
	CHECK(Room.Length == 6 && Room.Buffer[3] == 0 && RtlEqualMemory(Room.Buffer, L"abc", 6));
	CHECK(RtlAppendUnicodeStringToString(&Room, &Constant) == STATUS_BUFFER_TOO_SMALL);
	CHECK(Room.Length == 6);
	CHECK(RtlAppendUnicodeToString(&Room, L"de") == STATUS_SUCCESS && Room.Length == 10);
	CHECK(RtlEqualMemory(Room.Buffer, L"abcde", 10));
	CHECK(wcslen(L"abc") == 3 && wcscmp(L"ab", L"aa") > 0 && wcsncmp(L"ab", L"aa", 1) == 0);
	CHECK(!wcschr(L"abc", L'd') && *wcsstr(L"aabac", L"ba") == L'b');
	return 0;
}

/* Widths that are not C's, and layouts that code relies on. */
C_ASSERT(sizeof(LARGE_INTEGER) == 8 && __alignof__(LARGE_INTEGER) == 8);
C_ASSERT(sizeof(DWORD) == 4 && sizeof(UINT64) == 8 && sizeof(WCHAR) == 2 && sizeof(GUID) == 16);
C_ASSERT(sizeof(DWORD_PTR) == sizeof(HANDLE) && sizeof(UNICODE_STRING) == 16);
C_ASSERT((CHAR)-1 < 0 && (CCHAR)-1 < 0);
C_ASSERT(NT_ERROR(STATUS_NO_MEMORY) && NT_WARNING(STATUS_BUFFER_OVERFLOW));
C_ASSERT(NT_SUCCESS(STATUS_TIMEOUT) && NT_INFORMATION(STATUS_NO_YIELD_PERFORMED));
C_ASSERT(CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_NEITHER, FILE_READ_ACCESS) == 0x226007);
C_ASSERT(FIELD_OFFSET(ITEM, Links) == 8 && RTL_SIZEOF_THROUGH_FIELD(ITEM, Number) == 4);

int eres_wdk_values(void)
{
	LARGE_INTEGER n;

	n.QuadPart = -2;
	CHECK(n.LowPart == 0xfffffffe && n.HighPart == -1 && n.u.HighPart == -1);
	CHECK(Int32x32To64(-1, 2) == -2 && UInt32x32To64(-1, 2) == 0x1fffffffeULL);
	CHECK(FlagOn(6, 2) == 2 && BooleanFlagOn(6, 4) == TRUE && !BooleanFlagOn(6, 1));
	CHECK(ALIGN_UP_BY(5, 8) == 8 && ALIGN_DOWN_BY(15, 8) == 8 && ALIGN_UP(5, ULONG) == 8);
	return 0;
}
