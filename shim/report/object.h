/* SPDX-License-Identifier: GPL-2.0-only */
/* Reports about objects of the second module, which the first does not know. */
#ifndef ERES_OBJECT_H
#define ERES_OBJECT_H

#include "call.h"
#include "report/report_names.h"

void eres_report_object(const struct eres_misuse *misuse,
			const struct eres_object *object,
			struct eres_call call,
			const unsigned long param[4]);

#endif /* ERES_OBJECT_H */
