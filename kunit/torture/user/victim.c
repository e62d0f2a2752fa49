// SPDX-License-Identifier: GPL-2.0-only
/*
 * What goes on inside the driver: whole records are written and read. A record
 * says what all of its bytes follow from, so that half of another shows.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../../samples/ramfile/ramfile_ioctl.h"
#include "torment.h"

struct record {
	unsigned int number;
	unsigned int seed;
	unsigned int body[RECORD_SIZE / 4 - 2];
};

static unsigned int word(const struct record *r, unsigned int i)
{
	return r->seed * 2654435761u + i * 40503u + r->number;
}

static void fill(struct record *r, unsigned int number)
{
	unsigned int i;

	r->number = number;
	r->seed = roll(~0u);
	for (i = 0; i < RECORD_SIZE / 4 - 2; i++)
		r->body[i] = word(r, i);
}

/* All zeros: never written. */
static bool is_whole(const struct record *r, unsigned int number)
{
	bool written = r->number || r->seed;
	unsigned int i;

	if (written && r->number != number)
		return false;
	for (i = 0; i < RECORD_SIZE / 4 - 2; i++)
		if (r->body[i] != (written ? word(r, i) : 0))
			return false;
	return true;
}

/* Memory may be short, and made so; what a worker does ends with its process. */
static bool is_excused(ssize_t done)
{
	return done < 0 && (errno == ENOMEM || errno == EINTR || errno == ECANCELED);
}

int open_file(void)
{
	struct ramfile_open open_it = { .flags = RAMFILE_CREATE };
	int fd = open("/dev/ramfile", O_RDWR);

	snprintf(open_it.name, sizeof(open_it.name), "north/torment");
	if (fd < 0)
		return -1;
	if (!ioctl(fd, RAMFILE_IOC_OPEN, &open_it))
		return fd;
	close(fd);
	return -1;
}

static void write_record(int fd, unsigned int number)
{
	off_t at = (off_t)number * RECORD_SIZE;
	bool by_ring = false;
	struct record r;
	ssize_t done;

	fill(&r, number);
	if (!roll(8))
		by_ring = ring_write(fd, &r, sizeof(r), at, &done);
	if (!by_ring)
		done = pwrite(fd, &r, sizeof(r), at);
	if (done == sizeof(r)) {
		count(&shared->writes);
		if (by_ring)
			count(&shared->ring_writes);
	} else if (!is_excused(done)) {
		blame("write: %zd, %s", done, strerror(errno));
	}
}

static void read_record(int fd, unsigned int number)
{
	struct record r;
	ssize_t done = pread(fd, &r, sizeof(r), (off_t)number * RECORD_SIZE);

	if (is_excused(done) || !done)
		return;
	if (done != sizeof(r))
		blame("read: %zd, %s", done, strerror(errno));
	else if (!is_whole(&r, number))
		blame("record %u is torn", number);
	else
		count(&shared->reads);
}

bool check_all_records(int fd)
{
	unsigned int i;

	for (i = 0; i < RECORDS; i++)
		read_record(fd, i);
	return !shared->failed;
}

static void one_child(int fd)
{
	pid_t pid = fork();

	if (!pid) {
		write_record(fd, roll(RECORDS));
		_exit(0);
	}
	if (pid > 0)
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
}

static void *work(void *unused)
{
	int fd = open_file();

	while (fd >= 0) {
		switch (roll(64)) {
		case 0:
			fsync(fd);
			break;
		case 1:
			one_child(fd);
			break;
		case 2:
			close(fd);
			fd = open_file();
			break;
		default:
			if (roll(3))
				read_record(fd, roll(RECORDS));
			else
				write_record(fd, roll(RECORDS));
		}
		/* The whole process ends here and there, with threads inside. */
		if (!roll(2000) && !is_freezing())
			_exit(0);
		/* Or one of its threads becomes a new process. */
		if (!roll(2000) && !is_freezing())
			execl("/proc/self/exe", "eres-torment", "--victim",
			      NULL);
	}
	return unused;
}

static void on_signal(int sig)
{
	(void)sig;
	count(&shared->signals);
}

void victim(void)
{
	struct itimerval often = { { 0, 3000 }, { 0, 3000 } };
	pthread_t thread;
	int sig, i;

	for (sig = SIGRTMIN; sig <= SIGRTMAX; sig++)
		signal(sig, on_signal);
	signal(SIGALRM, on_signal);
	signal(SIGUSR1, on_signal);
	setitimer(ITIMER_REAL, &often, NULL);
	for (i = 1; i < THREADS; i++)
		pthread_create(&thread, NULL, work, NULL);
	work(NULL);
	/* No memory to open the file: another one will be started. */
	_exit(0);
}
