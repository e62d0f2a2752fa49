/* SPDX-License-Identifier: GPL-2.0-only */
/* What the first module does for the second: reports about objects that it does not know. */
#ifndef ERES_NEIGHBOUR_H
#define ERES_NEIGHBOUR_H

#include "call.h"
#include "report/report_names.h"

void eres_report_object(const struct eres_misuse *misuse,
			const struct eres_object *object,
			const struct eres_call *call,
			const unsigned long param[4]);

#endif /* ERES_NEIGHBOUR_H */
