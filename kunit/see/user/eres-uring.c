// SPDX-License-Identifier: GPL-2.0-only
/*
 * eres-uring FILE WORD: has a worker of io_uring write the word to the file. It is a
 * thread of this process, made by the kernel, and ends with it. Exits with 77 where
 * there is no io_uring.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "../../torture/user/torment.h"

int main(int argc, char **argv)
{
	ssize_t written;
	int fd;

	if (argc != 3)
		return 2;
	fd = open(argv[1], O_WRONLY);
	if (fd < 0) {
		perror(argv[1]);
		return 1;
	}
	if (!ring_write(fd, argv[2], strlen(argv[2]), 0, &written))
		return 77;
	if (written < 0) {
		perror(argv[1]);
		return 1;
	}
	return 0;
}
