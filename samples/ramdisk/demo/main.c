// SPDX-License-Identifier: GPL-2.0-only
/* Starts the processes, torments them, says what is true in the end. */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "demo.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

struct shared *shared;

/* How often the device was taken out: while all were at work, while all were stopped. */
static unsigned int unplugged, unplugged_frozen;

static const struct {
	const char *text;
	size_t offset;
	bool required;		/* a demo that did not see it must not pass for one that did */
} counters[] = {
#define COUNTER(field, required, text) { text, offsetof(struct ramdisk_counters, field), required }
	COUNTER(hits, true, "done in the cache, by the caller"),
	COUNTER(submitted, true, "requests for the worker"),
	COUNTER(withdrawn, true, "  of these, withdrawn by who was interrupted"),
	COUNTER(abandoned, true, "  of these, left to the worker by such"),
	COUNTER(too_late, false, "interrupted when the worker was about to be done"),
	COUNTER(dpcs, true, "DPCs of the timer"),
	COUNTER(written_late, true, "blocks written back because of them"),
	COUNTER(evicted, true, "blocks written to make room for others"),
	COUNTER(written_at_stop, true, "blocks written by a worker that had to stop"),
	COUNTER(refused, true, "calls refused, the device went or was gone"),
	COUNTER(resized, true, "times the disk got another size"),
};

static int count_of(const struct ramdisk_counters *c, size_t i)
{
	return *(const int *)((const char *)c + counters[i].offset);
}

static struct ramdisk_counters get_counters(int fd)
{
	struct ramdisk_counters c;

	if (ioctl(fd, RAMDISK_IOC_COUNTERS, &c))
		fail("query the counters: %s", strerror(errno));
	return c;
}

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ull + t.tv_nsec / 1000000;
}

static void start(enum role role)
{
	pid_t pid = fork();

	if (pid < 0)
		fail("no more processes");
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		seed(getpid());
		work(role);
		exit(0);
	}
	shared->workers[role].pid = pid;
	shared->workers[role].stopped = false;
}

static int wait_for(enum role role, int options)
{
	int status = 0;

	if (waitpid(shared->workers[role].pid, &status, options) < 0)
		fail("wait for the %s: %s", role_name(role), strerror(errno));
	return status;
}

static void stop(enum role role)
{
	kill(shared->workers[role].pid, SIGSTOP);
	if (!WIFSTOPPED(wait_for(role, WUNTRACED)))
		blame("the %s ended by itself", role_name(role));
	shared->workers[role].stopped = true;
	shared->workers[role].stops++;
}

static void resume(enum role role)
{
	kill(shared->workers[role].pid, SIGCONT);
	shared->workers[role].stopped = false;
}

/* Wherever it is in the driver. When it is gone, its successor may be there at once. */
static void kill_one(enum role role)
{
	int status;

	kill(shared->workers[role].pid, SIGKILL);
	status = wait_for(role, 0);
	if (!WIFSIGNALED(status))
		blame("the %s ended by itself", role_name(role));
	shared->workers[role].kills++;
	start(role);
}

/* What is on the medium is all that the next device knows. */
static void replug(int fd)
{
	if (ioctl(fd, RAMDISK_IOC_REMOVE))
		fail("remove the device: %s", strerror(errno));
	if (ioctl(fd, RAMDISK_IOC_ADD))
		fail("add the device: %s", strerror(errno));
}

/* Who is stopped holds up nobody: not the removal, which waits for all requests. */
static void replug_frozen(int fd)
{
	int role;

	for (role = 0; role < ROLES && !shared->failed; role++)
		if (!shared->workers[role].stopped)
			stop(role);
	replug(fd);
	unplugged_frozen++;
	for (role = 0; role < ROLES; role++)
		resume(role);
}

static bool has_seen_all(int fd)
{
	struct ramdisk_counters c = get_counters(fd);
	size_t i;
	int role;

	for (i = 0; i < ARRAY_SIZE(counters); i++)
		if (counters[i].required && !count_of(&c, i))
			return false;
	for (role = 0; role < ROLES; role++)
		if (!shared->workers[role].rounds)
			return false;
	return unplugged && unplugged_frozen && shared->compared;
}

/* On a slow machine it takes longer until everything was seen. */
static void torment(int fd, unsigned int seconds)
{
	uint64_t end = now_ms() + seconds * 1000, next = now_ms() + 300;

	while (!shared->failed && (now_ms() < end || !has_seen_all(fd))) {
		enum role role = roll(ROLES);

		sleep_ms(1 + roll(6));
		if (shared->workers[role].stopped)
			resume(role);
		else if (roll(2))
			stop(role);
		else
			kill_one(role);
		if (now_ms() < next)
			continue;
		next = now_ms() + 300;
		if (roll(2)) {
			replug_frozen(fd);
		} else {
			replug(fd);
			unplugged++;
		}
	}
}

static void finish(void)
{
	int role;

	shared->stop = true;
	for (role = 0; role < ROLES; role++) {
		resume(role);
		if (shared->failed)
			kill(shared->workers[role].pid, SIGKILL);
		if (wait_for(role, 0))
			blame("the %s did not end well", role_name(role));
	}
}

static bool result(bool ok, const char *what)
{
	printf("  %-7s %s\n", ok ? "ok" : "FAILED", what);
	if (!ok)
		blame("not so: %s", what);
	return ok;
}

static void verify(int fd)
{
	struct ramdisk_counters c;
	struct record r;
	int slot;

	result(!shared->failed, "the processes saw whole records, none older than acknowledged");
	if (shared->failed)
		return;

	/* Dirty when the device goes, and read when there is another. */
	close(fd);
	fd = open_device();
	write_record(&fd, 0, 0);
	replug(fd);
	for (slot = 0; slot < SLOTS; slot++)
		read_record(&fd, slot, &r);
	result(true, "what was acknowledged is on the medium, after the last removal, too");

	if (ioctl(fd, RAMDISK_IOC_REMOVE))
		fail("remove the device: %s", strerror(errno));
	c = get_counters(fd);
	result(c.executed + c.withdrawn == c.submitted, "each request was done, or withdrawn");
	result(c.freed == c.submitted, "each request was freed once, whoever was killed");
	if (ioctl(fd, RAMDISK_IOC_ADD))
		fail("add the device: %s", strerror(errno));
	result(has_seen_all(fd), "everything below was at work");
}

static void report(int fd)
{
	struct ramdisk_counters c = get_counters(fd);
	unsigned int kills = 0, stops = 0;
	size_t i;
	int role;

	for (role = 0; role < ROLES; role++) {
		kills += shared->workers[role].kills;
		stops += shared->workers[role].stops;
	}
	printf("\n  %8u  processes killed, and started again\n"
	       "  %8u  stopped, and continued\n"
	       "  %8u  times the device was taken out while they worked\n"
	       "  %8u  times while they were stopped, all of them\n"
	       "  %8u  times a process had to open the next one\n"
	       "  %8u  records compared with the last acknowledged write\n\n  inside the driver\n",
	       kills, stops, unplugged, unplugged_frozen, shared->reopened, shared->compared);
	for (i = 0; i < ARRAY_SIZE(counters); i++)
		printf("  %8d  %s\n", count_of(&c, i), counters[i].text);
}

static void run(unsigned int seconds)
{
	int fd, slot, role;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	seed(getpid() + now_ms());
	fd = open_device();
	for (slot = 0; slot < SLOTS; slot++)
		write_record(&fd, slot, slot < HOT_SLOT ? slot / OWN_SLOTS : 0);
	for (role = 0; role < ROLES; role++)
		start(role);
	torment(fd, seconds);
	finish();
	verify(fd);
	report(fd);
	exit(shared->failed);
}

/* Somebody has to be able to say so if the tormentor itself gets stuck in the driver. */
int main(int argc, char **argv)
{
	unsigned int seconds = argc > 1 ? strtoul(argv[1], NULL, 10) : 6;
	uint64_t end = now_ms() + (4 * seconds + 60) * 1000ull;
	int status = 0;
	pid_t pid;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return 1;
	printf("\nA disk driver written for Windows, on Linux: wdmsync.ko has what it waits\n"
	       "with. %d processes use its cache. They are killed, stopped and continued\n"
	       "while they wait for its worker, and the device is taken out under their\n"
	       "hands.\n\n", ROLES);
	fflush(stdout);
	pid = fork();
	if (!pid)
		run(seconds);

	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (now_ms() > end) {
			blame("it takes too long");
			break;
		}
		sleep_ms(10);
	}
	if (status && !shared->failed)
		blame("the tormentor did not end well");
	if (shared->failed)
		printf("\nramdisk: FAILURE (%s)\n", shared->why);
	else
		printf("\nramdisk: SUCCESS\n");
	return shared->failed ? 1 : 0;
}
