// SPDX-License-Identifier: GPL-2.0-only
/* Parameters of eresource.ko, by way of sysfs. */
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "parameters.h"

struct eres_parameter {
	char name[24];
	char value[16];
};

static struct file *parameter_open(const char *name, int flags)
{
	char path[80];

	snprintf(path, sizeof(path), "/sys/module/eresource/parameters/%s",
		 name);
	return filp_open(path, flags, 0);
}

int eres_parameter_write(const char *name, const char *value)
{
	struct file *file = parameter_open(name, O_WRONLY);
	loff_t pos = 0;
	ssize_t written;

	if (IS_ERR(file))
		return PTR_ERR(file);
	written = kernel_write(file, value, strlen(value), &pos);
	filp_close(file, NULL);
	return written < 0 ? written : 0;
}

static ssize_t parameter_read(const char *name, char *value, size_t size)
{
	struct file *file = parameter_open(name, O_RDONLY);
	loff_t pos = 0;
	ssize_t got;

	if (IS_ERR(file))
		return PTR_ERR(file);
	got = kernel_read(file, value, size - 1, &pos);
	filp_close(file, NULL);
	return got;
}

static void parameter_restore(void *data)
{
	struct eres_parameter *parameter = data;

	eres_parameter_write(parameter->name, parameter->value);
}

void eres_parameter_set(struct kunit *test, const char *name, const char *value)
{
	struct eres_parameter *old = kunit_kzalloc(test, sizeof(*old),
						   GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, old);
	strscpy(old->name, name, sizeof(old->name));
	KUNIT_ASSERT_GT(test, parameter_read(name, old->value,
					     sizeof(old->value)), 0);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test,
							   parameter_restore,
							   old));
	KUNIT_ASSERT_EQ(test, 0, eres_parameter_write(name, value));
}
