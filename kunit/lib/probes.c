// SPDX-License-Identifier: GPL-2.0-only
/*
 * Probes on the tracepoints of the module, and of the kernel. They are not
 * exported: whoever traces finds them by name, as tracefs does.
 */
#include <linux/module.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "probes.h"

struct eres_kunit_probe {
	struct notifier_block nb;
	const char *name;
	struct tracepoint *tracepoint;
	void *fn;
	void *data;
};

/* Called for each loaded module that has tracepoints. */
static int look_for(struct notifier_block *nb, unsigned long action, void *data)
{
	struct eres_kunit_probe *probe =
		container_of(nb, struct eres_kunit_probe, nb);
	struct module *module = ((struct tp_module *)data)->mod;
	unsigned int i;

	if (strcmp(module->name, "eresource"))
		return NOTIFY_DONE;
	for (i = 0; i < module->num_tracepoints; i++) {
		struct tracepoint *tp =
			tracepoint_ptr_deref(&module->tracepoints_ptrs[i]);

		if (!strcmp(tp->name, probe->name))
			probe->tracepoint = tp;
	}
	return NOTIFY_OK;
}

static void look_at(struct tracepoint *tp, void *data)
{
	struct eres_kunit_probe *probe = data;

	if (!strcmp(tp->name, probe->name))
		probe->tracepoint = tp;
}

static void detach(void *data)
{
	struct eres_kunit_probe *probe = data;

	tracepoint_probe_unregister(probe->tracepoint, probe->fn, probe->data);
	tracepoint_synchronize_unregister();
}

void eres_probe_attach(struct kunit *test, const char *tracepoint, void *fn,
		       void *data)
{
	struct eres_kunit_probe *probe = kunit_kzalloc(test, sizeof(*probe),
						       GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, probe);
	probe->nb.notifier_call = look_for;
	probe->name = tracepoint;
	probe->fn = fn;
	probe->data = data;
	KUNIT_ASSERT_EQ(test, 0, register_tracepoint_module_notifier(&probe->nb));
	unregister_tracepoint_module_notifier(&probe->nb);
	if (!probe->tracepoint)
		for_each_kernel_tracepoint(look_at, probe);
	KUNIT_ASSERT_NOT_NULL_MSG(test, probe->tracepoint, "no tracepoint %s",
				  tracepoint);
	KUNIT_ASSERT_EQ(test, 0, tracepoint_probe_register(probe->tracepoint,
							   fn, data));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, detach, probe));
}
