/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What Microsoft's compiler knows without a header. For ported files only: headers
 * of Linux that followed would not stand min() and max().
 */
#ifndef ERES_WDK_WORDS_H
#define ERES_WDK_WORDS_H

/* What Linux has told the compiler; drivers have their own by these names. */
#undef MODULE
#undef noinline
#undef notrace
#undef fallthrough
#undef auto

/* Types by their width: also unsigned __int64. */
#define __int8	char
#define __int16	short
#define __int32	int
#define __int64	long long
/* As wide as a pointer. */
#define __int3264	long

/* There is one way to call a function, and one kind of pointer. */
#define __cdecl
#define _cdecl
#define __stdcall
#define _stdcall
#define __fastcall
#define __ptr32
#define __ptr64
#define __unaligned
#define __w64
#define _W64

/*
 * An inline function that a header defines without static is in every object and
 * in none: it is always expanded. What Linux makes of the word, by the command
 * line, would define it in each.
 */
#undef inline
#undef __inline
#undef __inline__
#define ERES_INLINE	__inline__ __attribute__((__always_inline__, __unused__))
#define inline		ERES_INLINE
#define __inline	ERES_INLINE
#define _inline		ERES_INLINE
#define __forceinline	ERES_INLINE

/*
 * __declspec(word), __declspec(word(...)): an attribute with a meaning here, or an empty
 * one. What ends with a comma may be followed by another word.
 */
#define __declspec(word)		__attribute__((ERES_DECLSPEC_##word))
#define ERES_DECLSPEC_align(n)		__aligned__(n),
#define ERES_DECLSPEC_allocate(name)	,
#define ERES_DECLSPEC_allocator		,
#define ERES_DECLSPEC_code_seg(name)	,
#define ERES_DECLSPEC_deprecated	__deprecated__
#define ERES_DECLSPEC_dllexport		,
#define ERES_DECLSPEC_dllimport		,
#define ERES_DECLSPEC_guard(what)	,
#define ERES_DECLSPEC_naked		__naked__,
#define ERES_DECLSPEC_noalias		,
#define ERES_DECLSPEC_noinline		__noinline__,
#define ERES_DECLSPEC_noreturn		__noreturn__,
#define ERES_DECLSPEC_no_sanitize_address ,
#define ERES_DECLSPEC_nothrow		,
#define ERES_DECLSPEC_novtable		,
#define ERES_DECLSPEC_restrict		,
#define ERES_DECLSPEC_safebuffers	,
#define ERES_DECLSPEC_selectany		__weak__,
#define ERES_DECLSPEC_spectre(how)	,
#define ERES_DECLSPEC_uuid(id)		,

#define __pragma(...)
/* Its arguments are not evaluated; also without parentheses, as a name for such a macro. */
ERES_INLINE int eres_nothing(void)
{
	return 0;
}

#define __noop(...)	eres_nothing()
enum { __noop = 0 };
/* Linux has one of its own from 7.x on. */
#undef __assume
#define __assume(condition)						\
	({								\
		if (!(condition))					\
			__builtin_unreachable();			\
	})

#define _ReadWriteBarrier()	__asm__ __volatile__("" ::: "memory")
#define _ReadBarrier()		_ReadWriteBarrier()
#define _WriteBarrier()		_ReadWriteBarrier()
#define _byteswap_ushort(n)	__builtin_bswap16(n)
#define _byteswap_ulong(n)	__builtin_bswap32(n)
#define _byteswap_uint64(n)	__builtin_bswap64(n)

/* There is no debugger to stop in. */
#define __debugbreak()		ERES_FAILED_ONCE("__debugbreak()")
/* KERNEL_SECURITY_CHECK_FAILURE */
#define __fastfail(code)	KeBugCheckEx(0x139, (ULONG_PTR)(code), 0, 0, 0)

#define _ReturnAddress()	__builtin_return_address(0)
#define _countof(array)		(sizeof(array) / sizeof((array)[0]))
#define _rotl(n, by)		eres_rotate_32(n, by)
#define _rotr(n, by)		eres_rotate_32(n, -(by))
#define _rotl64(n, by)		eres_rotate_64(n, by)
#define _rotr64(n, by)		eres_rotate_64(n, -(by))

ERES_INLINE unsigned int eres_rotate_32(unsigned int n, int by)
{
	return n << (by & 31) | n >> (-by & 31);
}

ERES_INLINE unsigned long long eres_rotate_64(unsigned long long n, int by)
{
	return n << (by & 63) | n >> (-by & 63);
}

/*
 * Operands of different types, evaluated twice, as on Windows. With any other
 * number of arguments it is somebody else's function of that name.
 */
#define ERES_TWO(one, two, three, what, ...)	what
#define ERES_MIN(a, b)	(((a) < (b)) ? (a) : (b))
#define ERES_MAX(a, b)	(((a) > (b)) ? (a) : (b))
#ifndef min
#define min(...)	ERES_TWO(__VA_ARGS__, min, ERES_MIN, min, )(__VA_ARGS__)
#endif
#ifndef max
#define max(...)	ERES_TWO(__VA_ARGS__, max, ERES_MAX, max, )(__VA_ARGS__)
#endif

#endif /* ERES_WDK_WORDS_H */
