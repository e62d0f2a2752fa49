// SPDX-License-Identifier: GPL-2.0-only
/* DbgPrint() and its family, and KeBugCheckEx(). */
#include <linux/export.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/string.h>

#define ERESOURCE_WDK
#include <ntddk.h>
#include <wdk/print.h>

#include "format.h"

#define ERES_PRINT_MAX 512

/*
 * Whose last text did not end a line: what it prints next goes on with that. Only
 * compared, and harmless if it is wrong: a line is then in two pieces.
 */
static struct task_struct *eres_open_line;

static const char *eres_log_level(ULONG level)
{
	switch (level) {
	case DPFLTR_ERROR_LEVEL:
		return KERN_ERR;
	case DPFLTR_WARNING_LEVEL:
		return KERN_WARNING;
	default:
		return KERN_DEBUG;
	}
}

/**
 * vDbgPrintEx() - Print to the kernel's log.
 * @ComponentId: of no significance here
 * @Level: DPFLTR_ERROR_LEVEL, DPFLTR_WARNING_LEVEL, or anything else
 * @Format: with Windows' letters
 * @Arguments: what it asks for
 *
 * At most 511 bytes. A line is not ended unless the text does.
 *
 * Context: Any.
 * Return: STATUS_SUCCESS.
 * DDI: wdm/nf-wdm-vdbgprintex
 */
ULONG vDbgPrintEx(ULONG ComponentId, ULONG Level, PCCH Format, va_list Arguments)
{
	char line[ERES_PRINT_MAX];
	struct eres_text text = { .bytes = line, .size = sizeof(line) };
	bool goes_on = READ_ONCE(eres_open_line) == current;
	size_t length;

	eres_format(&text, Format, NULL, Arguments);
	line[sizeof(line) - 1] = '\0';
	length = strlen(line);
	if (!length)
		return STATUS_SUCCESS;
	_printk("%s%s", goes_on ? KERN_CONT : eres_log_level(Level), line);
	WRITE_ONCE(eres_open_line, line[length - 1] == '\n' ? NULL : current);
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(vDbgPrintEx);

ULONG DbgPrintEx(ULONG ComponentId, ULONG Level, PCSTR Format, ...)
{
	va_list arguments;

	va_start(arguments, Format);
	vDbgPrintEx(ComponentId, Level, Format, arguments);
	va_end(arguments);
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(DbgPrintEx);

ULONG DbgPrint(PCSTR Format, ...)
{
	va_list arguments;

	va_start(arguments, Format);
	vDbgPrintEx(DPFLTR_DEFAULT_ID, DPFLTR_INFO_LEVEL, Format, arguments);
	va_end(arguments);
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(DbgPrint);

void KeBugCheckEx(ULONG BugCheckCode, ULONG_PTR Parameter1, ULONG_PTR Parameter2,
		  ULONG_PTR Parameter3, ULONG_PTR Parameter4)
{
	panic("eresource: bug check 0x%08x (0x%016lx, 0x%016lx, 0x%016lx, 0x%016lx)\n",
	      BugCheckCode, Parameter1, Parameter2, Parameter3, Parameter4);
}
EXPORT_SYMBOL_GPL(KeBugCheckEx);

void KeBugCheck(ULONG BugCheckCode)
{
	KeBugCheckEx(BugCheckCode, 0, 0, 0, 0);
}
EXPORT_SYMBOL_GPL(KeBugCheck);
