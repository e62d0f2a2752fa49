/* SPDX-License-Identifier: GPL-2.0-only */
/* What the driver and its users agree on. Whoever uses the codes has _IO() from elsewhere. */
#ifndef RAMDISK_IOCTL_H
#define RAMDISK_IOCTL_H

#define RAMDISK_BLOCK		4096
#define RAMDISK_MAX_BLOCKS	64

/* How often what has happened since the driver was loaded. */
struct ramdisk_counters {
	int hits;		/* done in the cache, by the caller */
	int submitted;		/* requests for the worker */
	int executed;		/* of these, by the worker, whoever waited for it */
	int withdrawn;		/* taken out of the queue by who was interrupted */
	int abandoned;		/* left to the worker by who was interrupted */
	int too_late;		/* interrupted, but the worker had begun to copy */
	int freed;		/* each once, by whoever dropped it last */
	int dpcs;		/* the timer's */
	int written_late;	/* blocks that the DPC made due */
	int evicted;		/* blocks written because their line was needed */
	int written_at_stop;	/* blocks written because the device went */
	int refused;		/* calls for a device that goes or is gone */
	int resized;
	int removed;
};

#define RAMDISK_IOC_REMOVE	_IO('d', 1)	/* take the device out, the medium stays */
#define RAMDISK_IOC_ADD		_IO('d', 2)	/* put one in, for files opened from now on */
#define RAMDISK_IOC_SIZE	_IOW('d', 3, int)	/* in blocks */
#define RAMDISK_IOC_COUNTERS	_IOR('d', 4, struct ramdisk_counters)

#endif /* RAMDISK_IOCTL_H */
