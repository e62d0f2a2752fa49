/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What /dev/ramfile understands beyond pread(), pwrite() and fsync(). Shared by
 * the driver and its users, as a Windows driver shares its public header.
 */
#ifndef RAMFILE_IOCTL_H
#define RAMFILE_IOCTL_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define RAMFILE_NAME_LENGTH	32		/* of "directory/name", with its NUL */
#define RAMFILE_MAX_SIZE	(64 * 1024)	/* of a file, and of one request */
#define RAMFILE_MAX_FILES	8
#define RAMFILE_MAX_LOCKS	(3 + 2 * RAMFILE_MAX_FILES)

/* The directories that exist. There are no others. */
#define RAMFILE_DIRECTORIES	{ "north", "south" }

#define RAMFILE_CREATE		0x1	/* make the file if there is none */
#define RAMFILE_NO_CACHE	0x2	/* read from the disk, not from memory */
#define RAMFILE_WRITE_THROUGH	0x4	/* a write ends when the disk has it */

struct ramfile_open {
	char name[RAMFILE_NAME_LENGTH];
	__u32 flags;
};

/* If both names exist, the two files change places. */
struct ramfile_rename {
	char from[RAMFILE_NAME_LENGTH];
	char to[RAMFILE_NAME_LENGTH];
};

struct ramfile_info {
	__u32 id;		/* stays with the file when its name does not */
	__u32 size;
	char directory[RAMFILE_NAME_LENGTH];
	char name[RAMFILE_NAME_LENGTH];
};

struct ramfile_lock {
	char name[RAMFILE_NAME_LENGTH];
	__u32 exclusive_waiters;
	__u32 shared_waiters;
	__u32 free;		/* an exclusive acquire that does not wait succeeded */
};

/* How often each idiom was at work since the driver was loaded. */
struct ramfile_counters {
	__s32 requests;
	__s32 posted;			/* lock not to be had at once: to a worker */
	__s32 waited_behind_writer;	/* shared access asked for politely */
	__s32 converted;		/* exclusive to shared, without a gap */
	__s32 barriers;			/* starve-exclusive, released at once */
	__s32 overtook;			/* of these, past waiting writers */
	__s32 recursions;		/* acquired again by an owner */
	__s32 gave_way;			/* dropped and retaken, somebody waited */
	__s32 handed_over;		/* holds given to an owner pointer */
	__s32 released_at_dispatch;	/* of these, released in softirq */
	__s32 released_after_return;	/* of these, requester was out of the driver */
	__s32 killed;			/* requesters that died with I/O in flight */
};

struct ramfile_state {
	__u32 locks;
	struct ramfile_lock lock[RAMFILE_MAX_LOCKS];
	struct ramfile_counters counters;
};

#define RAMFILE_IOC_OPEN	_IOW('r', 1, struct ramfile_open)
#define RAMFILE_IOC_TRUNCATE	_IOW('r', 2, __u32)
#define RAMFILE_IOC_RENAME	_IOW('r', 3, struct ramfile_rename)
#define RAMFILE_IOC_INFO	_IOR('r', 4, struct ramfile_info)
#define RAMFILE_IOC_SYNC	_IO('r', 5)
#define RAMFILE_IOC_STATE	_IOR('r', 6, struct ramfile_state)

#endif /* RAMFILE_IOCTL_H */
