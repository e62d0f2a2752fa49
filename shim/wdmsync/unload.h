/* SPDX-License-Identifier: GPL-2.0-only */
/* Drivers that are unloaded while code of theirs runs. */
#ifndef WDMSYNC_UNLOAD_H
#define WDMSYNC_UNLOAD_H

int eres_goers_init(void);
void eres_goers_exit(void);

#endif /* WDMSYNC_UNLOAD_H */
