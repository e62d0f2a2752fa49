// SPDX-License-Identifier: GPL-2.0-only
/*
 * The demo in one piece, so that it builds without a makefile:
 * gcc -static -O2 -pthread -o ramfile-demo ramfile-demo.c
 */
#include "demo/record.c"
#include "demo/device.c"
#include "demo/work.c"
#include "demo/torment.c"
#include "demo/verify.c"
#include "demo/main.c"
