// SPDX-License-Identifier: GPL-2.0-only
/* Words of Microsoft's compiler, unnamed bases, tags, a function without parameters. */
#include <ntifs.h>

#pragma alloc_text(PAGE, PortedTag)
#pragma warning(disable : 4200)

typedef struct _BASE {
	LONG Type;
	unsigned __int64 Size;
} BASE;

typedef struct _DERIVED {
	BASE;
	__declspec(align(64)) ULONG Counter;
} DERIVED;

C_ASSERT(sizeof(unsigned __int64) == 8 && sizeof(__int16) == 2);
C_ASSERT(__alignof__(DERIVED) == 64);
C_ASSERT(_byteswap_ushort(0x1234) == 0x3412);

__declspec(noinline) ULONG __stdcall PortedTag();
__declspec(code_seg("PAGE")) __declspec(nothrow) LONGLONG PortedSize(DERIVED *d);

static __forceinline ULONG Tag(void)
{
	return 'derE';
}

/* As in headers: not static, and in more than one file. */
__inline LONG Twice(LONG n)
{
	return 2 * n;
}

FORCEINLINE LONG FourTimes(LONG n)
{
	return Twice(Twice(n));
}

ULONG __stdcall PortedTag()
{
	__pragma(warning(suppress : 28197))
	__noop(undeclared, arguments);
	return Tag();
}

LONGLONG PortedSize(DERIVED *d)
{
	PVOID *p = &d;
	ULONG Declared = d->Type;

	_ReadWriteBarrier();
	LONG after = *(LONG *)*p;
	return d->Size + Declared + FourTimes(after);
}
