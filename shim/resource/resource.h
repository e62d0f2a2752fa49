/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files behind a resource's routines know of each other. */
#ifndef ERES_RESOURCE_H
#define ERES_RESOURCE_H

#include "lock/lock.h"
#include "report/misuse.h"

/* acquire.c */
void eres_check_apcs(struct eres_call call, PERESOURCE r,
		     enum eres_verifier_code code);

/* release.c */
bool eres_release_for(ERESOURCE *r, unsigned long id);

/* registry.c: the list of live resources */
void eres_registry_init(void);

/* registry_forget.c */
void eres_registry_forget_module(struct module *module);
void eres_registry_forget_start(struct module *module);

/* unload.c: modules come and go */
int eres_unload_init(void);
void eres_unload_exit(void);

#endif /* ERES_RESOURCE_H */
