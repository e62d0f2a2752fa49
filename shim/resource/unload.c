// SPDX-License-Identifier: GPL-2.0-only
/* Drivers come and go: what is known of their resources, and of their calls. */
#include <linux/module.h>
#include <linux/notifier.h>

#include "resource/resource.h"
#include "trace/caller.h"

/* After its exit routine, or if it fails to start. */
static void eres_module_goes(struct module *module)
{
	/* Any: what lies in it may have been initialised by another for it. */
	eres_registry_forget_module(module);
	if (!eres_may_use_us(module))
		return;
	eres_driver_goes(module);
	eres_forget_sites();
	eres_pin_if_active();
}

static int eres_module_event(struct notifier_block *nb, unsigned long action,
			     void *data)
{
	struct module *module = data;

	switch (action) {
	case MODULE_STATE_COMING:
		if (eres_may_use_us(module))
			eres_driver_comes(module);
		break;
	case MODULE_STATE_LIVE:
		eres_registry_forget_start(module);
		break;
	case MODULE_STATE_GOING:
		eres_module_goes(module);
		break;
	}
	return NOTIFY_OK;
}

static struct notifier_block eres_module_nb = {
	.notifier_call = eres_module_event,
};

int eres_unload_init(void)
{
	return register_module_notifier(&eres_module_nb);
}

void eres_unload_exit(void)
{
	unregister_module_notifier(&eres_module_nb);
	/* No probe, and no driver, can ask for a review any more. */
	eres_pin_exit();
}
