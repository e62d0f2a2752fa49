/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Small macros. Offsets are plain arithmetic, because Windows code mixes types of
 * members in a way that container_of() refuses.
 */
#ifndef ERES_WDK_MACROS_H
#define ERES_WDK_MACROS_H

#include "types.h"
#include "common.h"

#define FIELD_OFFSET(Type, Field)	((LONG)__builtin_offsetof(Type, Field))
#define TYPE_ALIGNMENT(Type)		__alignof__(Type)
#define RTL_FIELD_SIZE(Type, Field)	sizeof(((Type *)0)->Field)
#define RTL_SIZEOF_THROUGH_FIELD(Type, Field) \
	(FIELD_OFFSET(Type, Field) + RTL_FIELD_SIZE(Type, Field))
#define RTL_CONTAINS_FIELD(Struct, Size, Field) \
	((PCHAR)(&(Struct)->Field) + sizeof((Struct)->Field) <= (PCHAR)(Struct) + (Size))
#define RTL_NUMBER_OF(Array)		(sizeof(Array) / sizeof((Array)[0]))
#define ARRAYSIZE(Array)		RTL_NUMBER_OF(Array)

#define ARGUMENT_PRESENT(Pointer)	((PVOID)(Pointer) != NULL)
#define FlagOn(Flags, SingleFlag)	((Flags) & (SingleFlag))
#define BooleanFlagOn(Flags, SingleFlag) ((BOOLEAN)(((Flags) & (SingleFlag)) != 0))
#define SetFlag(Flags, SingleFlag)	((Flags) |= (SingleFlag))
#define ClearFlag(Flags, SingleFlag)	((Flags) &= ~(SingleFlag))

#define MAXCHAR		0x7f
#define MAXSHORT	0x7fff
#define MAXLONG		0x7fffffff
#define MAXLONGLONG	0x7fffffffffffffffLL
#define MINCHAR		0x80
#define MINSHORT	0x8000
#define MINLONG		0x80000000
#define MAXUCHAR	0xff
#define MAXUSHORT	0xffff
#define MAXULONG	0xffffffff

/* Of what InitializeSListHead() and its entries want. */
#define MEMORY_ALLOCATION_ALIGNMENT	16
#define OBJ_NAME_PATH_SEPARATOR	((WCHAR)'\\')

#define UNICODE_NULL		((WCHAR)0)
#define ANSI_NULL		((CHAR)0)
#define ANYSIZE_ARRAY		1
#define MAXIMUM_FILENAME_LENGTH	256
#define MAXIMUM_VOLUME_LABEL_LENGTH	(32 * sizeof(WCHAR))

/* The last one that there is on Windows; here nothing is raised above DISPATCH_LEVEL. */
#define HIGH_LEVEL		15

/* Pages, of the size that the kernel has; Linux has the words, too. */
#ifdef ERESOURCE_PORTED
#define PAGE_SHIFT		ERES_PAGE_SHIFT
#define PAGE_SIZE		(1 << PAGE_SHIFT)
#define BYTE_OFFSET(Va)		((ULONG)((ULONG_PTR)(Va) & (PAGE_SIZE - 1)))
#define PAGE_ALIGN(Va)		((PVOID)ALIGN_DOWN_BY(Va, PAGE_SIZE))
#define ROUND_TO_PAGES(Size)	ALIGN_UP_BY(Size, PAGE_SIZE)
#define BYTES_TO_PAGES(Size)	(ROUND_TO_PAGES(Size) >> PAGE_SHIFT)
#define ADDRESS_AND_SIZE_TO_SPAN_PAGES(Va, Size) \
	BYTES_TO_PAGES(BYTE_OFFSET(Va) + (SIZE_T)(Size))
#endif

#define Int32x32To64(A, B)	((LONGLONG)(LONG)(A) * (LONGLONG)(LONG)(B))
#define UInt32x32To64(A, B)	((ULONGLONG)(ULONG)(A) * (ULONGLONG)(ULONG)(B))
#define Int64ShllMod32(N, Bits)	((ULONGLONG)(N) << ((Bits) & 31))
#define Int64ShraMod32(N, Bits)	((LONGLONG)(N) >> ((Bits) & 31))
#define Int64ShrlMod32(N, Bits)	((ULONGLONG)(N) >> ((Bits) & 31))

/* Powers of two only, as on Windows. */
#define ALIGN_DOWN_BY(Length, By)	((ULONG_PTR)(Length) & ~((ULONG_PTR)(By) - 1))
#define ALIGN_UP_BY(Length, By)		ALIGN_DOWN_BY((ULONG_PTR)(Length) + (By) - 1, By)
/* Linux has the first with another meaning. */
#ifdef ERESOURCE_PORTED
#define ALIGN_DOWN(Length, Type)	ALIGN_DOWN_BY(Length, sizeof(Type))
#define ALIGN_UP(Length, Type)		ALIGN_UP_BY(Length, sizeof(Type))
#endif
#define ALIGN_DOWN_POINTER_BY(P, By)	((PVOID)ALIGN_DOWN_BY(P, By))
#define ALIGN_UP_POINTER_BY(P, By)	((PVOID)ALIGN_UP_BY(P, By))

#define CTL_CODE(DeviceType, Function, Method, Access) \
	(((DeviceType) << 16) | ((Access) << 14) | ((Function) << 2) | (Method))
#define DEVICE_TYPE_FROM_CTL_CODE(Code)	(((ULONG)(Code) & 0xffff0000) >> 16)
#define METHOD_FROM_CTL_CODE(Code)	((ULONG)(Code) & 3)
#define METHOD_BUFFERED		0
#define METHOD_IN_DIRECT	1
#define METHOD_OUT_DIRECT	2
#define METHOD_NEITHER		3
#define FILE_ANY_ACCESS		0
#define FILE_SPECIAL_ACCESS	FILE_ANY_ACCESS
#define FILE_READ_ACCESS	1
#define FILE_WRITE_ACCESS	2
#define FILE_DEVICE_CD_ROM		0x00000002
#define FILE_DEVICE_CD_ROM_FILE_SYSTEM	0x00000003
#define FILE_DEVICE_CONTROLLER		0x00000004
#define FILE_DEVICE_DISK		0x00000007
#define FILE_DEVICE_DISK_FILE_SYSTEM	0x00000008
#define FILE_DEVICE_FILE_SYSTEM		0x00000009
#define FILE_DEVICE_NETWORK_FILE_SYSTEM	0x00000014
#define FILE_DEVICE_NETWORK		0x00000012
#define FILE_DEVICE_UNKNOWN		0x00000022
#define FILE_DEVICE_VIRTUAL_DISK	0x00000024

#define DECLSPEC_ALIGN(N)	__attribute__((__aligned__(N)))
#define DECLSPEC_CACHEALIGN	DECLSPEC_ALIGN(64)
#define DECLSPEC_NORETURN	__attribute__((__noreturn__))
#define DECLSPEC_NOINLINE	__attribute__((__noinline__))
#define DECLSPEC_SELECTANY	__attribute__((__weak__))
#define DECLSPEC_IMPORT
#define DECLSPEC_EXPORT
#ifdef ERESOURCE_PORTED
#define FORCEINLINE		__forceinline
#else
#define FORCEINLINE		static inline __attribute__((__always_inline__))
#endif
#define CFORCEINLINE		FORCEINLINE
#define EXTERN_C		extern
#define NTSYSCALLAPI
#define NTHALAPI
#define WINAPI
#define APIENTRY
#define CALLBACK
#define UNALIGNED
#define RESTRICTED_POINTER
#define POINTER_32
#define POINTER_64
#define DUMMYSTRUCTNAME
#define DUMMYSTRUCTNAME2
#define DUMMYUNIONNAME2
#define DUMMYSTRUCTNAME3
#define DUMMYUNIONNAME3
#define DUMMYSTRUCTNAME4
#define DUMMYUNIONNAME4
#define DUMMYSTRUCTNAME5
#define DUMMYUNIONNAME5
#define DUMMYUNIONNAME6
#define DUMMYUNIONNAME7
#define DUMMYUNIONNAME8
#define DUMMYUNIONNAME9
#define DUMMYUNIONNAME
#define _ANONYMOUS_STRUCT
#define _ANONYMOUS_UNION

/* What is asserted and printed, in a checked build. */
#define NT_ASSERTMSG(Message, Condition)	NT_ASSERT(Condition)
#define NT_ASSERTMSGW(Message, Condition)	NT_ASSERT(Condition)
#define NT_ASSERT_ASSUME(Condition)		NT_ASSERT(Condition)
#define ASSERTMSG(Message, Condition)		ASSERT(Condition)
#define RTL_SOFT_ASSERT(Condition)		ASSERT(Condition)

#define UUID			GUID
#define IsEqualGUID(A, B)	(!__builtin_memcmp(A, B, sizeof(GUID)))
#define IsEqualIID(A, B)	IsEqualGUID(A, B)
#define IsEqualCLSID(A, B)	IsEqualGUID(A, B)
/* There is no debugger. */
#define KD_DEBUGGER_ENABLED	FALSE
#define KD_DEBUGGER_NOT_PRESENT	TRUE

/*
 * A GUID is declared by each file that includes its header, and defined by those
 * that include initguid.h first.
 */
#ifdef INITGUID
#define DEFINE_GUID(Name, a, b, c, d, e, f, g, h, i, j, k) \
	const GUID Name __attribute__((__weak__)) = { a, b, c, { d, e, f, g, h, i, j, k } }
#else
#define DEFINE_GUID(Name, a, b, c, d, e, f, g, h, i, j, k) extern const GUID Name
#endif

#endif /* ERES_WDK_MACROS_H */
