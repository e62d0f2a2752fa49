// SPDX-License-Identifier: GPL-2.0-only
/* What reports say, compared line by line. */
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "reports.h"

#define TEXT_LINES 128

struct text {
	char *line[TEXT_LINES];
	int lines;
};

/* Behind a function's name: "+0x1c/0x30". Return: how long that is. */
static size_t offset_length(const char *text)
{
	size_t length;

	if (strncmp(text, "+0x", 3))
		return 0;
	length = 3 + strspn(text + 3, "0123456789abcdef");
	if (strncmp(text + length, "/0x", 3))
		return 0;
	length += 3;
	return length + strspn(text + length, "0123456789abcdef");
}

/* In "for 12 ms" after "for ". */
static size_t time_length(const char *text)
{
	size_t length = strspn(text, "0123456789");

	return length && !strncmp(text + length, " ms", 3) ? length : 0;
}

static void mask(char *text)
{
	char *to = text;

	while (*text) {
		size_t length = offset_length(text);

		if (length) {
			text += length;
			continue;
		}
		if (!strncmp(text, "for ", 4) && time_length(text + 4)) {
			text += 4 + time_length(text + 4);
			to += scnprintf(to, 6, "for #");
			continue;
		}
		*to++ = *text++;
	}
	*to = '\0';
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_of_party(const char *line)
{
	return !strncmp(line, "      ", 6);
}

/* Owners and waiters, which stand together, get an order. */
static void order_parties(struct text *text)
{
	int first = 0, last;

	while (first < text->lines) {
		for (last = first; last < text->lines &&
		     is_of_party(text->line[last]); last++)
			;
		sort(text->line + first, last - first, sizeof(text->line[0]),
		     compare_lines, NULL);
		first = last + 1;
	}
}

static void split(struct text *text, char *lines)
{
	text->lines = 0;
	while (lines && *lines && text->lines < TEXT_LINES)
		text->line[text->lines++] = strsep(&lines, "\n");
	order_parties(text);
}

static void print_text(struct kunit *test, const char *what,
		       const struct text *text)
{
	int i;

	kunit_info(test, "%s", what);
	for (i = 0; i < text->lines; i++)
		kunit_info(test, "| %s", text->line[i]);
}

static bool same_text(const struct text *a, const struct text *b)
{
	int i;

	if (a->lines != b->lines)
		return false;
	for (i = 0; i < a->lines; i++)
		if (strcmp(a->line[i], b->line[i]))
			return false;
	return true;
}

/* All reports are accounted for, and their text. */
static void text_done(struct eres_reports *reports)
{
	eres_reports_forget(reports);
	reports->used = 0;
	reports->text[0] = '\0';
}

void __eres_expect_text(struct kunit *test, const char *file, int line,
			struct eres_reports *reports, const char *format, ...)
{
	struct text *found = kunit_kzalloc(test, sizeof(*found), GFP_KERNEL);
	struct text *right = kunit_kzalloc(test, sizeof(*right), GFP_KERNEL);
	char *expected;
	va_list args;

	va_start(args, format);
	expected = kvasprintf(GFP_KERNEL, format, args);
	va_end(args);
	KUNIT_ASSERT_TRUE(test, found && right && expected);
	mask(reports->text);
	split(found, reports->text);
	split(right, expected);
	if (!same_text(found, right)) {
		KUNIT_FAIL(test, "%s:%d: another text than expected",
			   kbasename(file), line);
		print_text(test, "expected:", right);
		print_text(test, "printed:", found);
	}
	kfree(expected);
	kunit_kfree(test, right);
	kunit_kfree(test, found);
	text_done(reports);
}

void __eres_expect_words(struct kunit *test, const char *file, int line,
			 struct eres_reports *reports, const char *first,
			 const char *hint)
{
	unsigned int fresh = eres_reports_count(reports) - reports->checked;
	struct text *found = kunit_kzalloc(test, sizeof(*found), GFP_KERNEL);
	const char *fix = "  to fix it: ";

	KUNIT_ASSERT_NOT_NULL(test, found);
	split(found, reports->text);
	if (fresh != 1 || found->lines < 2 || strcmp(found->line[0], first) ||
	    strncmp(found->line[found->lines - 1], fix, strlen(fix)) ||
	    strcmp(found->line[found->lines - 1] + strlen(fix), hint)) {
		KUNIT_FAIL(test, "%s:%d: %u reports, expected \"%s\", \"%s\"",
			   kbasename(file), line, fresh, first, hint);
		print_text(test, "printed:", found);
	}
	kunit_kfree(test, found);
	text_done(reports);
}
