// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs the benchmark: provides the user tasks, leads the rounds, and writes the
 * results to stdout. eresource.ko, wdmsync.ko and eres_bench.ko must be loaded.
 *
 *	eres-bench [-r ROUNDS] [-l MICROSECONDS] [-n RESOURCES] [-h HOLDERS] [ROW...]
 *
 * ROW is a name, or a pattern as in file names; none: all.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "eres_bench_ioctl.h"

static const char device[] = "/dev/" ERES_BENCH_DEVICE;

static int bench;

/* Worker number @data, on a CPU of its own as far as there are so many. */
static void *sit(void *data)
{
	long index = (long)data;
	cpu_set_t all, one;
	int cpu, left;

	if (sched_getaffinity(0, sizeof(all), &all))
		err(1, "sched_getaffinity");
	left = index % CPU_COUNT(&all);
	for (cpu = 0; !CPU_ISSET(cpu, &all) || left--; cpu++)
		;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		err(1, "sched_setaffinity");
	if (ioctl(bench, ERES_BENCH_SIT, index))
		err(1, "worker %ld", index);
	return NULL;
}

/* Return: is there such a parameter? */
static int set_parameter(const char *name, const char *value)
{
	char path[100];
	int fd;

	snprintf(path, sizeof(path), "/sys/module/eresource/parameters/%s",
		 name);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		return 0;
	if (value && write(fd, value, strlen(value)) < 0)
		err(1, "%s", path);
	close(fd);
	return 1;
}

static int is_wanted(const char *name, char **patterns)
{
	if (strstr(name, "-no-bias") && !set_parameter("bias", NULL))
		return 0;
	if (!*patterns)
		return 1;
	for (; *patterns; patterns++)
		if (!fnmatch(*patterns, name, 0))
			return 1;
	return 0;
}

/* Asks the device for its rows and for those that are wanted. */
static void choose(char **patterns)
{
	FILE *rows = fopen(device, "r");
	char line[1000], name[100];
	unsigned long index;
	int chosen = 0;

	if (!rows)
		err(1, "%s", device);
	while (fgets(line, sizeof(line), rows)) {
		if (sscanf(line, "row\t%lu\t%99s", &index, name) != 2 ||
		    !is_wanted(name, patterns))
			continue;
		if (ioctl(bench, ERES_BENCH_SELECT, index))
			err(1, "%s", name);
		chosen++;
	}
	fclose(rows);
	if (!chosen)
		errx(1, "no such row");
}

static void do_round(unsigned int round, unsigned long setting)
{
	if (ioctl(bench, ERES_BENCH_ROUND, setting))
		err(1, "round %u", round);
}

/* Release for another thread is reported; what that costs is not asked. */
static void lead(const struct eres_bench_config *config)
{
	time_t began = time(NULL);
	unsigned int i;

	if (ioctl(bench, ERES_BENCH_START, config))
		err(1, "start");
	for (i = 1; i <= config->rounds; i++) {
		do_round(i, ERES_BENCH_AS_IT_IS);
		set_parameter("verifier", "0");
		do_round(i, ERES_BENCH_QUIET);
		set_parameter("verifier", "1");
		set_parameter("bias", "0");
		do_round(i, ERES_BENCH_NO_BIAS);
		set_parameter("bias", "1");
		fprintf(stderr, "eres-bench: round %u of %u, %ld s\n", i,
			config->rounds, (long)(time(NULL) - began));
	}
	if (ioctl(bench, ERES_BENCH_COUNT))
		err(1, "count");
}

static void show(void)
{
	FILE *results = fopen(device, "r");
	char line[1000];

	if (!results)
		err(1, "%s", device);
	while (fgets(line, sizeof(line), results))
		fputs(line, stdout);
	fclose(results);
}

static unsigned int count_of(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (!value || *end || value > 1000000000)
		errx(2, "%s: not as it should be", text);
	return value;
}

static void read_options(int argc, char **argv,
			 struct eres_bench_config *config)
{
	int option;

	while ((option = getopt(argc, argv, "r:l:n:h:")) != -1) {
		switch (option) {
		case 'r':
			config->rounds = count_of(optarg);
			break;
		case 'l':
			config->microseconds = count_of(optarg);
			break;
		case 'n':
			config->resources = count_of(optarg);
			break;
		case 'h':
			config->holders = count_of(optarg);
			break;
		default:
			exit(2);
		}
	}
}

int main(int argc, char **argv)
{
	struct eres_bench_config config = {
		.rounds = 7, .microseconds = 20000,
		.resources = 1000000, .holders = 10000,
	};
	pthread_t thread;
	long i, seats;

	read_options(argc, argv, &config);
	bench = open(device, O_RDONLY);
	if (bench < 0)
		err(1, "%s", device);
	seats = ioctl(bench, ERES_BENCH_SEATS);
	for (i = 0; i < seats; i++)
		if (pthread_create(&thread, NULL, sit, (void *)i))
			errx(1, "no thread");
	choose(argv + optind);
	lead(&config);
	if (ioctl(bench, ERES_BENCH_STOP)) {
		show();
		errx(1, "something failed, the kernel's log says what");
	}
	show();
	return 0;
}
