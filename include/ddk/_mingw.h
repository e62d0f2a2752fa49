/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * In place of mingw-w64's: what its headers take for granted about the compiler.
 * LONG is int, because long has 64 bits here, and nothing is imported.
 */
#ifndef ERES_DDK_MINGW_H
#define ERES_DDK_MINGW_H
#define _INC__MINGW_H
#define _INC_CRTDEFS

#include "../wdk/words.h"
#include "../stddef.h"
#include "../stdarg.h"
#include "../wdk/interlocked.h"
#include "../wdk/memory.h"

#define __LONG32	int
#define __MINGW_EXTENSION __extension__
#define __MINGW_IMPORT	extern
#define _CRTIMP		extern
#define __C89_NAMELESS	__extension__
#define __C89_NAMELESSSTRUCTNAME
#define __C89_NAMELESSUNIONNAME
#define __C89_NAMELESSUNIONNAME1
#define __C89_NAMELESSUNIONNAME2
#define __CRT_INLINE	extern inline __attribute__((__gnu_inline__))
#define __CRT_STRINGIZE(s) #s
#define __MINGW_NOTHROW
#define __nothrow
#define MINGW_HAS_DDK_H	1
#define POINTER_32
#define POINTER_64
#define __GNU_EXTENSION	__extension__
#define _ANONYMOUS_STRUCT __extension__
#define _ANONYMOUS_UNION __extension__
#define _STRUCT_NAME(name)
#define _UNION_NAME(name)
#define DUMMYSTRUCTNAME
#define DUMMYSTRUCTNAME1
#define DUMMYSTRUCTNAME2
#define DUMMYSTRUCTNAME3
#define DUMMYSTRUCTNAME4
#define DUMMYSTRUCTNAME5
#define DUMMYSTRUCTNAME6
#define DUMMYSTRUCTNAME7
#define DUMMYSTRUCTNAME8
#define DUMMYSTRUCTNAME9
#define DUMMYUNIONNAME
#define DUMMYUNIONNAME1
#define DUMMYUNIONNAME2
#define DUMMYUNIONNAME3
#define DUMMYUNIONNAME4
#define DUMMYUNIONNAME5
#define DUMMYUNIONNAME6
#define DUMMYUNIONNAME7
#define DUMMYUNIONNAME8
#define DUMMYUNIONNAME9

#endif /* ERES_DDK_MINGW_H */
