/* SPDX-License-Identifier: GPL-2.0-only */
/* A driver full of classic mistakes, and the Linux side that calls for them. */
#ifndef BUGS_H
#define BUGS_H

#include <ntifs.h>

/* The driver's locks: of a volume, of a file, and one that is never deleted. */
extern ERESOURCE VolumeLock;
extern ERESOURCE FileLock;
extern ERESOURCE ForgottenLock;

typedef NTSTATUS BUGS_MISTAKE(void);
typedef VOID BUGS_ROUTINE(void);

/* One mistake: @run makes it, and comes back only if rescued where @waits. */
struct bugs_mistake {
	const char *name;
	BUGS_MISTAKE *run;
	BOOLEAN waits;
};

extern const struct bugs_mistake bugs_mistakes[];

/* front.c: what Windows has routines for that are not the subject here. */
NTSTATUS BugsRunThread(BUGS_ROUTINE *Routine);
VOID BugsQueueWorkItem(BUGS_ROUTINE *Routine);
VOID BugsMeet(void);

#endif /* BUGS_H */
