/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Integers by their width. "long" is 64 bits wide here and 32 on Windows: nothing
 * is made of it but what is as wide as a pointer.
 */
#ifndef ERES_WDK_WIDTHS_H
#define ERES_WDK_WIDTHS_H

#include "scalars.h"

typedef signed char INT8, *PINT8;
typedef short INT16, *PINT16;
typedef int INT32, *PINT32;
typedef long long INT64, *PINT64;
typedef unsigned char UINT8, *PUINT8;
typedef unsigned short UINT16, *PUINT16;
typedef unsigned int UINT32, *PUINT32;
typedef unsigned long long UINT64, *PUINT64;
typedef int LONG32, *PLONG32;
typedef unsigned int ULONG32, *PULONG32;
typedef unsigned int DWORD32, *PDWORD32;
typedef long long LONG64, *PLONG64;
typedef unsigned long long ULONG64, *PULONG64;
typedef unsigned long long DWORD64, *PDWORD64;
typedef long INT_PTR, *PINT_PTR;
typedef unsigned long UINT_PTR, *PUINT_PTR;
typedef unsigned long DWORD_PTR, *PDWORD_PTR;
typedef long SSIZE_T, *PSSIZE_T;
typedef int INT, *PINT;
typedef unsigned int UINT, *PUINT;
typedef int BOOL, *PBOOL;
typedef unsigned int DWORD, *PDWORD;
typedef unsigned short WORD, *PWORD;
typedef unsigned char BYTE, *PBYTE;
typedef unsigned long KAFFINITY, *PKAFFINITY;

#endif /* ERES_WDK_WIDTHS_H */
