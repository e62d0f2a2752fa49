// SPDX-License-Identifier: GPL-2.0-only
/*
 * Blocks of structured exceptions as drivers have them. A ported file, see Kbuild.
 * Each routine notes a letter for what it does.
 */
#include <ntifs.h>

#include "wdm_seh_driver.h"

static CHAR Trace[32];
static ULONG Traced;

static VOID Begin(VOID)
{
	RtlZeroMemory(Trace, sizeof(Trace));
	Traced = 0;
}

static VOID Note(CHAR What)
{
	if (Traced < sizeof(Trace) - 1)
		Trace[Traced++] = What;
}

static VOID Finally(enum eres_seh_way Way)
{
	ULONG Turn;

	for (Turn = 0; Turn < 2; Turn++) {
		__try {
			Note('b');
			switch (Way) {
			case SEH_LEAVES:
				__leave;
			case SEH_RETURNS:
				return;
			case SEH_GOES:
				goto Out;
			default:
				break;
			}
			if (Way == SEH_BREAKS)
				break;
			if (Way == SEH_CONTINUES)
				continue;
			Note('e');
		} __finally {
			Note(AbnormalTermination() ? 'A' : 'f');
		}
		Note('n');
	}
	Note('l');
	return;
Out:
	Note('o');
}

const char *eres_seh_finally(enum eres_seh_way way)
{
	Begin();
	Finally(way);
	return Trace;
}

static LONG Filter(PEXCEPTION_POINTERS Pointers, NTSTATUS Status)
{
	Note('F');
	return Pointers->ExceptionRecord->ExceptionCode == Status ? EXCEPTION_EXECUTE_HANDLER :
								    EXCEPTION_CONTINUE_SEARCH;
}

/* Here every way out is right. */
static NTSTATUS Except(enum eres_seh_way Way)
{
	NTSTATUS Status = STATUS_SUCCESS;
	ULONG Turn;

	for (Turn = 0; Turn < 2; Turn++) {
		try {
			Note('b');
			if (Way == SEH_LEAVES)
				leave;
			if (Way == SEH_RETURNS)
				return STATUS_PENDING;
			if (Way == SEH_GOES)
				goto Out;
			if (Way == SEH_BREAKS)
				break;
			if (Way == SEH_CONTINUES)
				continue;
			Note('e');
		} except (Filter(GetExceptionInformation(), STATUS_IN_PAGE_ERROR)) {
			Status = FsRtlNormalizeNtstatus(GetExceptionCode(),
							STATUS_INVALID_USER_BUFFER);
			Note('x');
		}
		Note('n');
	}
	Note('l');
	return Status;
Out:
	Note('o');
	return Status;
}

const char *eres_seh_except(enum eres_seh_way way)
{
	Begin();
	if (Except(way) == STATUS_PENDING)
		Note('p');
	return Trace;
}

/* In the handler and behind the inner block, __leave is the outer one's. */
const char *eres_seh_nested(void)
{
	Begin();
	try {
		try {
			try {
				Note('1');
				leave;
			} except (EXCEPTION_EXECUTE_HANDLER) {
				Note('X');
			}
			Note('2');
		} finally {
			Note('3');
			if (Traced == 3)
				leave;
			Note('N');
		}
		Note('N');
	} finally {
		Note('4');
	}
	try {
		Note('5');
	} finally {
		try {
			Note('6');
			leave;
		} finally {
			Note('7');
		}
		Note('8');
	}
	return Trace;
}

/* Where a macro made of a loop would go wrong. */
const char *eres_seh_inner_loop(void)
{
	ULONG i, k;

	Begin();
	for (i = 0; i < 2; i++) {
		__try {
			for (k = 0; ; k++) {
				if (k == 1)
					continue;
				Note((CHAR)('0' + k));
				switch (k) {
				case 2:
					__leave;
				}
			}
			Note('N');
		} __finally {
			Note('f');
		}
	}
	return Trace;
}

#define try_return(S)	{ S; goto try_exit; }

/* The idiom of Microsoft's file systems: a label at the end of the body. */
const char *eres_seh_try_exit(void)
{
	NTSTATUS Status = STATUS_UNSUCCESSFUL;

	Begin();
	switch (Traced) {
	case 0:
		try {
			if (NT_SUCCESS(STATUS_PENDING))
				try_return(Status = STATUS_CANT_WAIT);
			Note('N');

try_exit:	NOTHING;
			Note('t');
		} finally {
			Note('f');
		}
		break;
	default:
		Note('N');
	}
	if (Status == STATUS_CANT_WAIT)
		Note('s');
	return Trace;
}

static NTSTATUS ReactOs(int Way)
{
	NTSTATUS Status = STATUS_SUCCESS;

	_SEH2_TRY
	{
		_SEH2_TRY
		{
			Note('b');
			if (Way == SEH_LEAVES)
				_SEH2_LEAVE;
			if (Way == SEH_RETURNS)
				_SEH2_YIELD(return STATUS_PENDING);
			Note('e');
		}
		_SEH2_FINALLY
		{
			Note(_SEH2_AbnormalTermination() ? 'A' : 'f');
		}
		_SEH2_END;
		Note('n');
	}
	_SEH2_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
	{
		Status = _SEH2_GetExceptionCode();
		_SEH2_YIELD(return Status);
	}
	_SEH2_END;
	Note('l');
	return Status;
}

const char *eres_seh_reactos(int way)
{
	Begin();
	ReactOs(way);
	return Trace;
}

/* With an end a block is one statement. */
const char *eres_seh_one_statement(int yes)
{
	Begin();
	if (yes)
		_SEH2_TRY {
			Note('b');
		} _SEH2_FINALLY {
			Note('f');
		} _SEH2_END
	else
		Note('e');
	Note('l');
	return Trace;
}

int eres_seh_statuses(void)
{
	if (FsRtlIsNtstatusExpected(STATUS_ACCESS_VIOLATION) ||
	    FsRtlIsNtstatusExpected(STATUS_DATATYPE_MISALIGNMENT) ||
	    FsRtlIsNtstatusExpected(STATUS_ILLEGAL_INSTRUCTION) ||
	    FsRtlIsNtstatusExpected(STATUS_INSTRUCTION_MISALIGNMENT))
		return __LINE__;
	if (!FsRtlIsNtstatusExpected(STATUS_DISK_FULL) ||
	    !FsRtlIsNtstatusExpected(STATUS_IN_PAGE_ERROR))
		return __LINE__;
	if (FsRtlNormalizeNtstatus(STATUS_DISK_FULL, STATUS_UNSUCCESSFUL) != STATUS_DISK_FULL)
		return __LINE__;
	if (FsRtlNormalizeNtstatus(STATUS_ACCESS_VIOLATION, STATUS_INVALID_USER_BUFFER) !=
	    STATUS_INVALID_USER_BUFFER)
		return __LINE__;
	return 0;
}
