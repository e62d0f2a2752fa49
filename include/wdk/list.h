/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lists: head and entries alike, unlocked. What is removed keeps its links; that
 * a list is corrupt is not looked for.
 */
#ifndef ERES_WDK_LIST_H
#define ERES_WDK_LIST_H

#include "types.h"

ERES_FUNCTION VOID InitializeListHead(PLIST_ENTRY Head)
{
	Head->Flink = Head;
	Head->Blink = Head;
}

ERES_FUNCTION BOOLEAN IsListEmpty(const LIST_ENTRY *Head)
{
	return Head->Flink == Head;
}

ERES_FUNCTION VOID InsertHeadList(PLIST_ENTRY Head, PLIST_ENTRY Entry)
{
	PLIST_ENTRY First = Head->Flink;

	Entry->Flink = First;
	Entry->Blink = Head;
	First->Blink = Entry;
	Head->Flink = Entry;
}

ERES_FUNCTION VOID InsertTailList(PLIST_ENTRY Head, PLIST_ENTRY Entry)
{
	PLIST_ENTRY Last = Head->Blink;

	Entry->Flink = Head;
	Entry->Blink = Last;
	Last->Flink = Entry;
	Head->Blink = Entry;
}

/* TRUE if the list is empty now. */
ERES_FUNCTION BOOLEAN RemoveEntryList(PLIST_ENTRY Entry)
{
	PLIST_ENTRY Next = Entry->Flink;
	PLIST_ENTRY Previous = Entry->Blink;

	Previous->Flink = Next;
	Next->Blink = Previous;
	return Next == Previous;
}

/* Of an empty list the head itself, which stays as it is. */
ERES_FUNCTION PLIST_ENTRY RemoveHeadList(PLIST_ENTRY Head)
{
	PLIST_ENTRY Entry = Head->Flink;

	RemoveEntryList(Entry);
	return Entry;
}

ERES_FUNCTION PLIST_ENTRY RemoveTailList(PLIST_ENTRY Head)
{
	PLIST_ENTRY Entry = Head->Blink;

	RemoveEntryList(Entry);
	return Entry;
}

/* A list without a head, of which @First is any entry, goes to the end of another. */
ERES_FUNCTION VOID AppendTailList(PLIST_ENTRY Head, PLIST_ENTRY First)
{
	PLIST_ENTRY End = Head->Blink;

	Head->Blink->Flink = First;
	Head->Blink = First->Blink;
	First->Blink->Flink = Head;
	First->Blink = End;
}

ERES_FUNCTION VOID PushEntryList(PSINGLE_LIST_ENTRY Head, PSINGLE_LIST_ENTRY Entry)
{
	Entry->Next = Head->Next;
	Head->Next = Entry;
}

ERES_FUNCTION PSINGLE_LIST_ENTRY PopEntryList(PSINGLE_LIST_ENTRY Head)
{
	PSINGLE_LIST_ENTRY First = Head->Next;

	if (First)
		Head->Next = First->Next;
	return First;
}

#endif /* ERES_WDK_LIST_H */
