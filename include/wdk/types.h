/* SPDX-License-Identifier: GPL-2.0-only */
/* Types beyond those of eresource_types.h: characters, strings, lists, and objects by pointer. */
#ifndef ERES_WDK_TYPES_H
#define ERES_WDK_TYPES_H

#include "../eresource_types.h"
#include "filter.h"
#include "widths.h"

typedef PVOID HANDLE, *PHANDLE;
typedef ULONG LOGICAL, *PLOGICAL;
typedef short CSHORT, *PCSHORT;
typedef ULONG CLONG, *PCLONG;
typedef CHAR CCHAR, *PCCHAR;

/* 16 bits wide: a kernel is built with -fshort-wchar. */
typedef __WCHAR_TYPE__ WCHAR, *PWCHAR, *PWCH, *PWSTR, *LPWSTR;
typedef const WCHAR *PCWCH, *PCWSTR, *LPCWSTR;
typedef CHAR *PCH, *PSTR, *LPSTR, *PSZ;
typedef const CHAR *PCCH, *PCSTR, *LPCSTR, *PCSZ;
typedef const UCHAR *PCUCHAR;

typedef LONG HRESULT;
typedef ULONG DEVICE_TYPE;
typedef ULONG LCID, *PLCID;
typedef LONGLONG USN;
typedef ULONG ACCESS_MASK, *PACCESS_MASK;
typedef ULONG SECURITY_INFORMATION, *PSECURITY_INFORMATION;
typedef PVOID PSECURITY_DESCRIPTOR, PSID;
typedef ULONG_PTR PFN_NUMBER, *PPFN_NUMBER;
typedef LONG KPRIORITY;

/* Both halves, or the whole. On a big-endian machine they lie the other way round. */
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define ERES_HALVES(High) High HighPart; ULONG LowPart;
#else
#define ERES_HALVES(High) ULONG LowPart; High HighPart;
#endif

typedef union _LARGE_INTEGER {
	struct {
		ERES_HALVES(LONG)
	};
	struct {
		ERES_HALVES(LONG)
	} u;
	LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

typedef union _ULARGE_INTEGER {
	struct {
		ERES_HALVES(ULONG)
	};
	struct {
		ERES_HALVES(ULONG)
	} u;
	ULONGLONG QuadPart;
} ULARGE_INTEGER, *PULARGE_INTEGER;

typedef LARGE_INTEGER PHYSICAL_ADDRESS, *PPHYSICAL_ADDRESS;

typedef struct _LUID {
	ULONG LowPart;
	LONG HighPart;
} LUID, *PLUID;

#ifndef GUID_DEFINED
#define GUID_DEFINED
typedef struct _GUID {
	ULONG Data1;
	USHORT Data2;
	USHORT Data3;
	UCHAR Data4[8];
} GUID, *LPGUID, *PGUID;

typedef const GUID *LPCGUID;
typedef const GUID *REFGUID;
#endif

typedef struct _LIST_ENTRY {
	struct _LIST_ENTRY *Flink;
	struct _LIST_ENTRY *Blink;
} LIST_ENTRY, *PLIST_ENTRY, *PRLIST_ENTRY;

typedef struct _SINGLE_LIST_ENTRY {
	struct _SINGLE_LIST_ENTRY *Next;
} SINGLE_LIST_ENTRY, *PSINGLE_LIST_ENTRY;

/* Lists that may be used by several at once: 16-byte aligned, what is in them as well. */
typedef struct _SLIST_ENTRY {
	struct _SLIST_ENTRY *Next;
} __attribute__((__aligned__(16))) SLIST_ENTRY, *PSLIST_ENTRY;

typedef union _SLIST_HEADER {
	struct {
		ULONGLONG Alignment;
		ULONGLONG Region;
	};
} __attribute__((__aligned__(16))) SLIST_HEADER, *PSLIST_HEADER;

/* Counted strings: lengths are bytes, and no zero has to follow. */
typedef struct _UNICODE_STRING {
	USHORT Length;
	USHORT MaximumLength;
	PWCH Buffer;
} UNICODE_STRING, *PUNICODE_STRING;

typedef const UNICODE_STRING *PCUNICODE_STRING;

typedef struct _STRING {
	USHORT Length;
	USHORT MaximumLength;
	PCHAR Buffer;
} STRING, *PSTRING;

typedef STRING ANSI_STRING, *PANSI_STRING, OEM_STRING, *POEM_STRING;
typedef STRING UTF8_STRING, *PUTF8_STRING;

typedef const STRING *PCSTRING, *PCANSI_STRING, *PCOEM_STRING;

/* Objects of the I/O manager and others: known by pointer only. */
typedef struct _IRP *PIRP;
typedef struct _DEVICE_OBJECT *PDEVICE_OBJECT;
typedef struct _DRIVER_OBJECT *PDRIVER_OBJECT;
typedef struct _FILE_OBJECT *PFILE_OBJECT;
typedef struct _IO_STACK_LOCATION *PIO_STACK_LOCATION;
typedef struct _IO_STATUS_BLOCK *PIO_STATUS_BLOCK;
typedef struct _VPB *PVPB;
typedef struct _MDL *PMDL;
typedef struct _EPROCESS *PEPROCESS;
typedef struct _KPROCESS *PKPROCESS;
typedef struct _KINTERRUPT *PKINTERRUPT;
typedef struct _OBJECT_TYPE *POBJECT_TYPE;
typedef struct _ACCESS_STATE *PACCESS_STATE;
typedef struct _FILE_LOCK *PFILE_LOCK;
typedef struct _SECTION_OBJECT_POINTERS *PSECTION_OBJECT_POINTERS;
typedef PVOID OPLOCK, *POPLOCK;

#endif /* ERES_WDK_TYPES_H */
