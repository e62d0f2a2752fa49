// SPDX-License-Identifier: GPL-2.0-only
/* Upper and lower case of 16-bit characters, the same in every language. */
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/types.h>

#define ERESOURCE_WDK
#include <ntddk.h>

#include "upcase.h"

/* Of lower case letters, from @first on each @step-th, @distance away from their capitals. */
static const struct eres_case_run {
	u16 first;
	u16 last;
	u16 step;
	s32 distance;
} runs[] = {
#include "upcase_runs.h"
};

static bool eres_run_has(const struct eres_case_run *run, u16 c)
{
	return c >= run->first && c <= run->last && (c - run->first) % run->step == 0;
}

/* Runs are in order, and none reaches into the next. */
u16 eres_upcase(u16 c)
{
	size_t low = 0, high = ARRAY_SIZE(runs);

	if (likely(c < 0x80))
		return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (runs[middle].first <= c)
			low = middle + 1;
		else
			high = middle;
	}
	/* The last that begins at or before it. */
	return low && eres_run_has(&runs[low - 1], c) ? c + runs[low - 1].distance : c;
}

/* Small letters that another with the same capital is the usual form of. */
static bool eres_is_variant(u16 c)
{
	return c == 0x345 || (c >= 0x3d0 && c <= 0x3f5) || (c >= 0x1c80 && c <= 0x1c88) ||
	       c == 0x1e9b || c == 0x1fbe;
}

/*
 * The small letter of a capital; of several the last: titles and final forms come
 * before it. Rarely asked: not searched by halves.
 */
u16 eres_downcase(u16 c)
{
	const struct eres_case_run *run;
	u16 small = c;

	if (likely(c < 0x80))
		return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
	for (run = runs; run < runs + ARRAY_SIZE(runs); run++) {
		u16 candidate = c - run->distance;

		if (eres_run_has(run, candidate) && (small == c || !eres_is_variant(candidate)))
			small = candidate;
	}
	return small;
}

/**
 * RtlUpcaseUnicodeChar() - The capital of a character.
 * @SourceCharacter: the character
 *
 * Context: Any (Windows: any IRQL).
 * Return: its capital, itself if it has none.
 * DDI: ntifs/nf-ntifs-rtlupcaseunicodechar
 */
WCHAR RtlUpcaseUnicodeChar(WCHAR SourceCharacter)
{
	return eres_upcase(SourceCharacter);
}
EXPORT_SYMBOL_GPL(RtlUpcaseUnicodeChar);

/* As RtlUpcaseUnicodeChar(), the other way. */
WCHAR RtlDowncaseUnicodeChar(WCHAR SourceCharacter)
{
	return eres_downcase(SourceCharacter);
}
EXPORT_SYMBOL_GPL(RtlDowncaseUnicodeChar);
