// SPDX-License-Identifier: GPL-2.0-only
/* The lockdep suite is a module of its own and has its own copy of the actors. */
#include "actor.c"
