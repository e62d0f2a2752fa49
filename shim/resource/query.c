// SPDX-License-Identifier: GPL-2.0-only
/*
 * Questions that change nothing. What a thread owns is in its own record, so
 * asking touches no line that other threads write.
 */
#include <linux/export.h>

#include "resource/fast_path.h"

static noinline u64 eres_own_word_slowpath(ERESOURCE *r)
{
	struct eres_thread *thread = eres_thread_find();
	struct eres_hold *hold = thread ? eres_hold_find(thread, r) : NULL;
	u64 word = hold ? eres_hold_read(hold) : 0;

	return eres_word_is_threads(word) ? word : 0;
}

static __always_inline u64 eres_own_word(ERESOURCE *r)
{
	unsigned long id = eres_current_id();
	struct eres_thread *thread = eres_last_record(id);
	struct eres_hold *hold;
	u64 word;

	if (unlikely(READ_ONCE(thread->key) != id))
		return eres_own_word_slowpath(r);
	if (eres_own_hold_find(thread, r, &hold, &word))
		return word;
	return unlikely(thread->chunks) ? eres_own_word_slowpath(r) : 0;
}

BOOLEAN ExIsResourceAcquiredExclusiveLite(PERESOURCE Resource)
{
	return !!(eres_own_word(Resource) & ERES_HOLD_EXCLUSIVE);
}
EXPORT_SYMBOL_GPL(ExIsResourceAcquiredExclusiveLite);

ULONG ExIsResourceAcquiredSharedLite(PERESOURCE Resource)
{
	return eres_word_levels(eres_own_word(Resource));
}
EXPORT_SYMBOL_GPL(ExIsResourceAcquiredSharedLite);

ULONG ExGetExclusiveWaiterCount(PERESOURCE Resource)
{
	struct eres_call call = ERES_CALL();

	if (unlikely(!eres_check_address(call, Resource)))
		return 0;
	return READ_ONCE(Resource->exclusive_waiters);
}
EXPORT_SYMBOL_GPL(ExGetExclusiveWaiterCount);

ULONG ExGetSharedWaiterCount(PERESOURCE Resource)
{
	struct eres_call call = ERES_CALL();

	if (unlikely(!eres_check_address(call, Resource)))
		return 0;
	return READ_ONCE(Resource->shared_waiters);
}
EXPORT_SYMBOL_GPL(ExGetSharedWaiterCount);

ERESOURCE_THREAD ExGetCurrentResourceThread(void)
{
	return eres_current_id();
}
EXPORT_SYMBOL_GPL(ExGetCurrentResourceThread);

PETHREAD PsGetCurrentThread(void)
{
	return (PETHREAD)current;
}
EXPORT_SYMBOL_GPL(PsGetCurrentThread);

PKTHREAD KeGetCurrentThread(void)
{
	return (PKTHREAD)current;
}
EXPORT_SYMBOL_GPL(KeGetCurrentThread);
