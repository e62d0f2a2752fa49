// SPDX-License-Identifier: GPL-2.0-only
/* Device calls, processes and what /proc tells about them. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "sigtest.h"

struct shared *shared;
unsigned int failures;

static int device = -1;
static int leader_pipe[2] = { -1, -1 };

__attribute__((constructor)) static void set_up(void)
{
	device = open("/dev/" ERES_DEVICE_NAME, O_RDWR | O_CLOEXEC);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (device < 0 || shared == MAP_FAILED || pipe(leader_pipe))
		_exit(3);
}

void complain(const char *file, int line, const char *what, long long got, long long expected)
{
	char text[200];
	int length;

	failures++;
	length = snprintf(text, sizeof(text), "%s:%d: %s is %lld, expected %lld",
			  file, line, what, got, expected);
	if (length >= (int)sizeof(text))
		length = sizeof(text) - 1;
	if (write(device, text, length) != length)
		_exit(4);
}

static int hand_in(int fd, unsigned long request, unsigned int slot, const struct eres_step *step)
{
	struct eres_script script = { .slot = slot };

	while (step->op != ERES_OP_END)
		script.step[script.count++] = *step++;
	return ioctl(fd, request, &script) ? -errno : 0;
}

int run(unsigned int slot, const struct eres_step *step)
{
	return hand_in(device, ERES_IOC_RUN, slot, step);
}

/* The other descriptor is shared with the parent, and stays open. */
int open_to_run(unsigned int slot, const struct eres_step *step)
{
	int fd = open("/dev/" ERES_DEVICE_NAME, O_RDWR | O_CLOEXEC);
	int err = fd < 0 ? -errno : hand_in(fd, ERES_IOC_AT_CLOSE, slot, step);

	return err ?: fd;
}

int run_at_close(unsigned int slot, const struct eres_step *step)
{
	int fd = open_to_run(slot, step);

	return fd < 0 ? fd : 0;
}

static struct eres_script read_slot(unsigned int slot)
{
	struct eres_script script = { .slot = slot };

	if (ioctl(device, ERES_IOC_READ, &script))
		complain(__FILE__, __LINE__, "ERES_IOC_READ", -errno, 0);
	return script;
}

unsigned int progress(unsigned int slot)
{
	return read_slot(slot).progress;
}

long long result(unsigned int slot, unsigned int step)
{
	return read_slot(slot).step[step].result;
}

void set_flag(unsigned int flag)
{
	CHECK_EQ(ioctl(device, ERES_IOC_SET, flag), 0);
}

struct eres_query query(unsigned int resource)
{
	struct eres_query state = { .resource = resource };

	CHECK_EQ(ioctl(device, ERES_IOC_QUERY, &state), 0);
	return state;
}

bool wait_would_end(pid_t tid)
{
	int pending = ioctl(device, ERES_IOC_PENDING, tid);

	CHECK(pending >= 0);
	return pending > 0;
}

int notify(pid_t tid)
{
	return ioctl(device, ERES_IOC_NOTIFY, tid) ? -errno : 0;
}

static bool status_line(pid_t tid, const char *name, char *value, size_t size)
{
	char path[40], line[256];
	size_t length = strlen(name);
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", tid);
	file = fopen(path, "re");
	if (!file)
		return false;
	while (!found && fgets(line, sizeof(line), file)) {
		found = !strncmp(line, name, length) && line[length] == ':';
		if (found)
			snprintf(value, size, "%s", line + length + 1);
	}
	fclose(file);
	return found;
}

__u64 status_mask(pid_t tid, const char *name)
{
	char value[256];

	return status_line(tid, name, value, sizeof(value)) ? strtoull(value, NULL, 16) : 0;
}

char status_state(pid_t tid)
{
	char value[256], state;

	if (!status_line(tid, "State", value, sizeof(value)) || sscanf(value, " %c", &state) != 1)
		return 0;
	return state;
}

static FILE *open_debugfs(const char *name)
{
	char path[80];

	snprintf(path, sizeof(path), "/sys/kernel/debug/eresource/%s", name);
	return fopen(path, "re");
}

bool debugfs_line(const char *name, const char *text)
{
	FILE *file = open_debugfs(name);
	char line[256];
	bool found = false;

	CHECK(file);
	while (file && !found && fgets(line, sizeof(line), file))
		found = strstr(line, text);
	if (file)
		fclose(file);
	return found;
}

long long debugfs_stat(const char *name)
{
	size_t length = strlen(name);
	FILE *file = open_debugfs("stats");
	long long value = -1;
	char line[256];

	while (file && value < 0 && fgets(line, sizeof(line), file))
		if (!strncmp(line, name, length) && line[length] == ' ')
			value = atoll(line + length);
	CHECK(value >= 0);
	if (file)
		fclose(file);
	return value;
}

pid_t spawn(void (*fn)(void))
{
	pid_t pid = fork();

	if (pid)
		return pid;
	failures = 0;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	shared->tid = getpid();
	fn();
	_exit(failures ? 1 : 0);
}

static void *second_thread(void *arg)
{
	void (*fn)(void) = *(void (**)(void))arg;

	shared->tid = syscall(SYS_gettid);
	fn();
	return NULL;
}

static void lead(enum leader leader)
{
	char byte;

	while (read(leader_pipe[0], &byte, 1) != 1)
		;
	if (leader == LEADER_EXITS)
		syscall(SYS_exit_group, 7);
	if (leader == LEADER_FAULTS)
		syscall(SYS_tgkill, getpid(), getpid(), SIGSEGV);
}

pid_t spawn_threads(void (*fn)(void), enum leader leader)
{
	pthread_t thread;
	pid_t pid = fork();

	if (pid)
		return pid;
	failures = 0;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (pthread_create(&thread, NULL, second_thread, &fn))
		_exit(5);
	lead(leader);
	pthread_join(thread, NULL);
	_exit(failures ? 1 : 0);
}

void let_leader_go(void)
{
	CHECK_EQ(write(leader_pipe[1], "", 1), 1);
}

int reap(pid_t pid)
{
	int status = -1;

	if (POLL(waitpid(pid, &status, WNOHANG) == pid))
		return status;
	complain(__FILE__, __LINE__, "process has not ended", 0, 1);
	return -1;
}

bool ended_by(int status, int sig)
{
	return WIFSIGNALED(status) && WTERMSIG(status) == sig;
}

bool still_there(pid_t pid)
{
	return waitpid(pid, NULL, WNOHANG) == 0;
}

static void handler(int sig)
{
	/* Last what others wait for. */
	shared->handled_in_thread = syscall(SYS_gettid);
	shared->handled = sig;
}

void catch(int sig)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };

	sigaction(sig, &action, NULL);
}

/* Past libc, which keeps two signals to itself. */
__u64 own_mask(void)
{
	__u64 mask = 0;

	syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &mask, sizeof(mask));
	return mask;
}

void set_own_mask(__u64 mask)
{
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, sizeof(mask));
}
