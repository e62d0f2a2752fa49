// SPDX-License-Identifier: GPL-2.0-only
/* The suites of wdmsync are a module of their own and have their own copy of the actors. */
#include "actor.c"
