// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counted strings as drivers use them. A ported file, see Kbuild. Each routine returns 0,
 * or the line of what is wrong.
 */
#include <string.h>
#include <ntifs.h>

#include "wdm_string_driver.h"

#define CHECK(Condition)			\
	do {					\
		if (!(Condition))		\
			return __LINE__;	\
	} while (0)

/* Is the string what the characters are? */
static BOOLEAN Is(PCUNICODE_STRING String, PCWSTR What)
{
	return String->Length == wcslen(What) * sizeof(WCHAR) &&
	       RtlEqualMemory(String->Buffer, What, String->Length);
}

int eres_string_copies(void)
{
	WCHAR Buffer[8];
	UNICODE_STRING String, Abc, Null;

	RtlInitUnicodeString(&Abc, L"abc");
	CHECK(Abc.Length == 6 && Abc.MaximumLength == 8);
	RtlInitUnicodeString(&Null, NULL);
	CHECK(!Null.Length && !Null.MaximumLength && !Null.Buffer);

	RtlInitEmptyUnicodeString(&String, Buffer, 5 * sizeof(WCHAR));
	RtlFillMemory(Buffer, sizeof(Buffer), '#');
	RtlCopyUnicodeString(&String, &Abc);
	CHECK(Is(&String, L"abc") && !Buffer[3] && Buffer[4] == 0x2323);
	CHECK(RtlAppendUnicodeToString(&String, L"def") == STATUS_BUFFER_TOO_SMALL);
	CHECK(Is(&String, L"abc"));
	CHECK(RtlAppendUnicodeToString(&String, L"de") == STATUS_SUCCESS);
	CHECK(Is(&String, L"abcde") && Buffer[5] == 0x2323);
	CHECK(RtlAppendUnicodeToString(&String, NULL) == STATUS_SUCCESS);
	CHECK(RtlAppendUnicodeStringToString(&String, &Null) == STATUS_SUCCESS);
	CHECK(RtlAppendUnicodeStringToString(&String, &Abc) == STATUS_BUFFER_TOO_SMALL);
	String.MaximumLength = 4;
	RtlCopyUnicodeString(&String, &Abc);
	CHECK(Is(&String, L"ab") && Buffer[2] == L'c');
	RtlCopyUnicodeString(&String, NULL);
	CHECK(!String.Length);
	return 0;
}

static LONG Compare(PCWSTR A, PCWSTR B, BOOLEAN AnyCase)
{
	UNICODE_STRING One, Other;

	RtlInitUnicodeString(&One, A);
	RtlInitUnicodeString(&Other, B);
	return RtlCompareUnicodeString(&One, &Other, AnyCase);
}

int eres_string_compares(void)
{
	UNICODE_STRING Name = RTL_CONSTANT_STRING(L"\\Device\\Ram");
	UNICODE_STRING Prefix = RTL_CONSTANT_STRING(L"\\device");
	UNICODE_STRING Other = RTL_CONSTANT_STRING(L"\\DEVICE\\ram");

	CHECK(Compare(L"abc", L"abc", FALSE) == 0 && Compare(L"abc", L"ABC", TRUE) == 0);
	CHECK(Compare(L"abc", L"ABC", FALSE) > 0 && Compare(L"ABC", L"abc", FALSE) < 0);
	CHECK(Compare(L"ab", L"abc", FALSE) < 0 && Compare(L"abc", L"ab", TRUE) > 0);
	CHECK(Compare(L"", L"", TRUE) == 0 && Compare(L"", L"a", TRUE) < 0);
	/* By capitals: between Z and a. */
	CHECK(Compare(L"a", L"_", FALSE) > 0 && Compare(L"a", L"_", TRUE) < 0);
	/* Without a sign. */
	CHECK(Compare(L"\xff00", L"a", FALSE) > 0);
	CHECK(Compare(L"\x00e4\x03c3\x0444", L"\x00c4\x03a3\x0424", TRUE) == 0);
	CHECK(Compare(L"\x00e4", L"\x00c4", FALSE) != 0);

	CHECK(RtlEqualUnicodeString(&Name, &Other, TRUE));
	CHECK(!RtlEqualUnicodeString(&Name, &Other, FALSE));
	CHECK(!RtlEqualUnicodeString(&Name, &Prefix, TRUE));
	CHECK(RtlPrefixUnicodeString(&Prefix, &Name, TRUE));
	CHECK(!RtlPrefixUnicodeString(&Prefix, &Name, FALSE));
	CHECK(!RtlPrefixUnicodeString(&Name, &Prefix, TRUE));
	Prefix.Length = 0;
	CHECK(RtlPrefixUnicodeString(&Prefix, &Name, FALSE));
	return 0;
}

int eres_string_cases(void)
{
	/* Pairs; what stays as it is: no capital, one that takes two, ASCII from beyond. */
	static const WCHAR Pairs[][2] = {
		{ L'a', L'A' }, { L'z', L'Z' }, { 0xe0, 0xc0 }, { 0xfe, 0xde }, { 0xff, 0x178 },
		{ 0x101, 0x100 }, { 0x17e, 0x17d }, { 0x1c6, 0x1c4 }, { 0x3b1, 0x391 },
		{ 0x3b9, 0x399 }, { 0x3c3, 0x3a3 }, { 0x430, 0x410 }, { 0x561, 0x531 },
		{ 0x1e01, 0x1e00 }, { 0x24d0, 0x24b6 }, { 0xff5a, 0xff3a },
	};
	static const WCHAR Alone[] = {
		L'@', L'[', L'`', L'{', L'0', 0xb5, 0xd7, 0xdf, 0xf7, 0x131, 0x17f, 0x10d0, 0x4e00,
		0xd800, 0xffff,
	};
	UNICODE_STRING From = RTL_CONSTANT_STRING(L"Mixed \x00e4\x00c4");
	UNICODE_STRING To;
	WCHAR Buffer[4];
	ULONG i;

	for (i = 0; i < RTL_NUMBER_OF(Pairs); i++) {
		CHECK(RtlUpcaseUnicodeChar(Pairs[i][0]) == Pairs[i][1]);
		CHECK(RtlUpcaseUnicodeChar(Pairs[i][1]) == Pairs[i][1]);
		CHECK(RtlDowncaseUnicodeChar(Pairs[i][1]) == Pairs[i][0]);
	}
	for (i = 0; i < RTL_NUMBER_OF(Alone); i++)
		CHECK(RtlUpcaseUnicodeChar(Alone[i]) == Alone[i]);
	/* A capital has no other, wherever it is. */
	for (i = 0; i < 0x10000; i++)
		CHECK(RtlUpcaseUnicodeChar(RtlUpcaseUnicodeChar((WCHAR)i)) ==
		      RtlUpcaseUnicodeChar((WCHAR)i));

	CHECK(RtlUpcaseUnicodeString(&To, &From, TRUE) == STATUS_SUCCESS);
	CHECK(Is(&To, L"MIXED \x00c4\x00c4") && To.MaximumLength == To.Length);
	CHECK(RtlDowncaseUnicodeString(&To, &To, FALSE) == STATUS_SUCCESS);
	CHECK(Is(&To, L"mixed \x00e4\x00e4"));
	RtlFreeUnicodeString(&To);
	CHECK(!To.Buffer && !To.Length);
	RtlFreeUnicodeString(&To);
	RtlInitEmptyUnicodeString(&To, Buffer, sizeof(Buffer));
	CHECK(RtlUpcaseUnicodeString(&To, &From, FALSE) == STATUS_BUFFER_OVERFLOW);
	From.Length = 0;
	CHECK(RtlUpcaseUnicodeString(&To, &From, TRUE) == STATUS_SUCCESS && !To.Length);
	RtlFreeUnicodeString(&To);
	return 0;
}

int eres_string_duplicates(void)
{
	UNICODE_STRING From = RTL_CONSTANT_STRING(L"name"), To, Empty = { 0, 0, NULL };

	CHECK(RtlDuplicateUnicodeString(1, &From, &To) == STATUS_SUCCESS);
	CHECK(Is(&To, L"name") && To.MaximumLength == 10 && !To.Buffer[4]);
	CHECK(To.Buffer != From.Buffer);
	RtlFreeUnicodeString(&To);
	CHECK(RtlDuplicateUnicodeString(0, &From, &To) == STATUS_SUCCESS);
	CHECK(Is(&To, L"name") && To.MaximumLength == 8);
	RtlFreeUnicodeString(&To);
	CHECK(RtlDuplicateUnicodeString(1, &Empty, &To) == STATUS_SUCCESS && !To.Buffer);
	CHECK(RtlDuplicateUnicodeString(3, &Empty, &To) == STATUS_SUCCESS);
	CHECK(To.Buffer && !To.Length && To.MaximumLength == 2 && !To.Buffer[0]);
	RtlFreeUnicodeString(&To);
	CHECK(RtlDuplicateUnicodeString(2, &From, &To) == STATUS_INVALID_PARAMETER);
	CHECK(RtlDuplicateUnicodeString(1, NULL, &To) == STATUS_INVALID_PARAMETER);
	return 0;
}

static int CheckNumber(PCWSTR Text, ULONG Base, ULONG Value)
{
	UNICODE_STRING String;
	ULONG Read = 0x55555555;

	RtlInitUnicodeString(&String, Text);
	CHECK(RtlUnicodeStringToInteger(&String, Base, &Read) == STATUS_SUCCESS);
	CHECK(Read == Value);
	return 0;
}

int eres_string_numbers(void)
{
	WCHAR Buffer[9];
	UNICODE_STRING String;
	ULONG Value;

	CHECK(!CheckNumber(L"  42abc", 0, 42) && !CheckNumber(L"-1", 10, MAXULONG));
	CHECK(!CheckNumber(L"0x1fF", 0, 0x1ff) && !CheckNumber(L"+0b101", 0, 5));
	CHECK(!CheckNumber(L"0o17", 0, 15) && !CheckNumber(L"ff", 16, 255));
	CHECK(!CheckNumber(L"", 0, 0) && !CheckNumber(L"12", 2, 1) && !CheckNumber(L"0x", 0, 0));
	RtlInitUnicodeString(&String, L"1");
	CHECK(RtlUnicodeStringToInteger(&String, 7, &Value) == STATUS_INVALID_PARAMETER);

	RtlInitEmptyUnicodeString(&String, Buffer, sizeof(Buffer));
	CHECK(RtlIntegerToUnicodeString(0xabcdef01, 16, &String) == STATUS_SUCCESS);
	CHECK(Is(&String, L"ABCDEF01") && !Buffer[8]);
	CHECK(RtlIntegerToUnicodeString(0, 0, &String) == STATUS_SUCCESS && Is(&String, L"0"));
	CHECK(RtlIntegerToUnicodeString(MAXULONG, 10, &String) == STATUS_BUFFER_OVERFLOW);
	CHECK(RtlIntegerToUnicodeString(1, 3, &String) == STATUS_INVALID_PARAMETER);
	return 0;
}

int eres_string_utf8(void)
{
	static const WCHAR Text[] = { L'a', 0xe4, 0x20ac, 0xd83d, 0xde00, 0 };
	static const CHAR Bytes[] = "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80";
	/* Cut off, too long, half of a pair, beyond the last, and no beginning. */
	static const CHAR Wrong[] = "\xe2\x82z\xc0\x80\xed\xa0\x80\xf5\x80";
	static const WCHAR Half[] = { 0xd83d, L'x', 0xde00 };
	CHAR To[16];
	WCHAR Wide[16];
	ULONG Length, i, Replaced;

	CHECK(RtlUnicodeToUTF8N(NULL, 0, &Length, Text, 10) == STATUS_SUCCESS && Length == 10);
	RtlFillMemory(To, sizeof(To), '#');
	CHECK(RtlUnicodeToUTF8N(To, sizeof(To), &Length, Text, 10) == STATUS_SUCCESS);
	CHECK(Length == 10 && RtlEqualMemory(To, Bytes, 10) && To[10] == '#');
	RtlFillMemory(To, sizeof(To), '#');
	CHECK(RtlUnicodeToUTF8N(To, 8, &Length, Text, 10) == STATUS_BUFFER_TOO_SMALL);
	CHECK(Length == 6 && To[6] == '#');
	CHECK(RtlUnicodeToUTF8N(To, sizeof(To), &Length, Half, 6) == STATUS_SOME_NOT_MAPPED);
	CHECK(Length == 7 && RtlEqualMemory(To, "\xef\xbf\xbdx\xef\xbf\xbd", 7));
	CHECK(RtlUnicodeToUTF8N(To, 8, &Length, NULL, 2) == STATUS_INVALID_PARAMETER_4);
	CHECK(RtlUnicodeToUTF8N(To, 8, &Length, Text, 3) == STATUS_INVALID_PARAMETER_5);
	CHECK(RtlUnicodeToUTF8N(NULL, 8, NULL, Text, 2) == STATUS_INVALID_PARAMETER);

	CHECK(RtlUTF8ToUnicodeN(NULL, 0, &Length, Bytes, 10) == STATUS_SUCCESS && Length == 10);
	CHECK(RtlUTF8ToUnicodeN(Wide, sizeof(Wide), &Length, Bytes, 10) == STATUS_SUCCESS);
	CHECK(Length == 10 && RtlEqualMemory(Wide, Text, 10));
	CHECK(RtlUTF8ToUnicodeN(Wide, 8, &Length, Bytes, 10) == STATUS_BUFFER_TOO_SMALL);
	CHECK(Length == 6);
	CHECK(RtlUTF8ToUnicodeN(Wide, sizeof(Wide), &Length, Wrong, sizeof(Wrong) - 1) ==
	      STATUS_SOME_NOT_MAPPED);
	for (i = 0, Replaced = 0; i < Length / sizeof(WCHAR); i++)
		Replaced += Wide[i] == 0xfffd;
	CHECK(Wide[0] == 0xfffd && Wide[1] == L'z' && Replaced == i - 1 && i == 9);
	return 0;
}

int eres_string_bytes(void)
{
	ANSI_STRING Ansi, Other;
	UNICODE_STRING Wide;
	WCHAR Letters[7];
	CHAR Buffer[4];

	RtlInitAnsiString(&Ansi, "n\xc3\xa4me");
	CHECK(Ansi.Length == 5 && Ansi.MaximumLength == 6);
	CHECK(RtlAnsiStringToUnicodeString(&Wide, &Ansi, TRUE) == STATUS_SUCCESS);
	CHECK(Is(&Wide, L"n\x00e4me") && Wide.MaximumLength == 10 && !Wide.Buffer[4]);
	CHECK(RtlUnicodeStringToOemString(&Other, &Wide, TRUE) == STATUS_SUCCESS);
	CHECK(RtlEqualString(&Ansi, &Other, FALSE) && !Other.Buffer[5]);
	RtlFreeOemString(&Other);
	CHECK(!Other.Buffer);
	Other.Buffer = Buffer;
	Other.MaximumLength = sizeof(Buffer);
	CHECK(RtlUnicodeStringToAnsiString(&Other, &Wide, FALSE) == STATUS_BUFFER_OVERFLOW);
	RtlFreeUnicodeString(&Wide);

	RtlCopyString(&Other, &Ansi);
	CHECK(Other.Length == 4 && RtlEqualMemory(Buffer, "n\xc3\xa4m", 4));
	RtlUpperString(&Other, &Ansi);
	CHECK(Other.Length == 4 && RtlEqualMemory(Buffer, "N\xc3\xa4M", 4));
	Ansi.Length = 4;
	CHECK(RtlEqualString(&Ansi, &Other, TRUE) && !RtlEqualString(&Ansi, &Other, FALSE));
	RtlInitString(&Other, "n");
	CHECK(RtlCompareString(&Ansi, &Other, TRUE) > 0 && RtlUpperChar('{') == '{');
	RtlInitString(&Other, "nz");
	CHECK(RtlCompareString(&Other, &Ansi, FALSE) < 0);

	CHECK(!_wcsicmp(L"Name.TXT", L"nAME.txt") && _wcsicmp(L"\x00e4", L"\x00c4"));
	CHECK(_wcsicmp(L"a", L"B") < 0 && _wcsnicmp(L"abX", L"ABy", 2) == 0);
	RtlCopyMemory(Letters, L"aZ[@\x00c4z", sizeof(Letters));
	CHECK(_wcslwr(Letters) == Letters && !wcscmp(Letters, L"az[@\x00c4z"));
	CHECK(_wcsupr(Letters) == Letters && !wcscmp(Letters, L"AZ[@\x00c4Z"));
	CHECK(wmemcmp(L"a\0b", L"a\0c", 3) < 0);
	return 0;
}
