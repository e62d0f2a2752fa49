/* SPDX-License-Identifier: GPL-2.0-only */
/* Who called, although the routine may be traced. */
#ifndef ERES_CALLER_H
#define ERES_CALLER_H

#include <linux/types.h>

struct module;

/* Its address is what a caller is that can not be told. */
extern const char eres_caller_unknown;

const void *eres_caller_beyond(const void *address, const struct module *module);

static inline const void *eres_caller(const void *address)
{
	return eres_caller_beyond(address, NULL);
}

const void *eres_caller_of_old(const void *address);

#define ERES_CALLER_TEXT	160

const char *eres_caller_text(const char *how, const void *caller, char *text);

/* unload.c: modules come and go. */
void eres_driver_comes(const struct module *module);
void eres_driver_goes(const struct module *module);

#endif /* ERES_CALLER_H */
