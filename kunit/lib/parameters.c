// SPDX-License-Identifier: GPL-2.0-only
/* Parameters of eresource.ko, by way of sysfs; directly where there is no user space yet. */
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/path.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/task.h>
#include <linux/string.h>

#include "parameters.h"

struct eres_parameter {
	char name[24];
	char value[16];
};

#ifdef MODULE
/*
 * By the root directory of init: from some release after 6.12 on (7.3 does so)
 * kernel threads, as cases are, have one of their own, with nothing in it.
 */
static void root_of_init(struct path *root)
{
	struct task_struct *init;

	rcu_read_lock();
	init = get_pid_task(find_pid_ns(1, &init_pid_ns), PIDTYPE_PID);
	rcu_read_unlock();
	/* It does not end before the tests do. */
	get_fs_root(init->fs, root);
	put_task_struct(init);
}

static struct file *parameter_open(const char *name, int flags)
{
	struct path root;
	struct file *file;
	char path[80];

	snprintf(path, sizeof(path), "sys/module/eresource/parameters/%s", name);
	root_of_init(&root);
	file = file_open_root(&root, path, flags, 0);
	path_put(&root);
	return file;
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
#else
static const struct kernel_param *parameter_find(const char *name)
{
	const struct kernel_param *param;
	char full[48];

	snprintf(full, sizeof(full), "eresource.%s", name);
	for (param = __start___param; param < __stop___param; param++)
		if (!strcmp(param->name, full))
			return param;
	return NULL;
}

int eres_parameter_write(const char *name, const char *value)
{
	const struct kernel_param *param = parameter_find(name);
	int err;

	if (!param)
		return -ENOENT;
	kernel_param_lock(NULL);
	err = param->ops->set(value, param);
	kernel_param_unlock(NULL);
	return err;
}

static ssize_t parameter_read(const char *name, char *value, size_t size)
{
	const struct kernel_param *param = parameter_find(name);
	/* sysfs wants a page of its own. */
	char *page = param ? (char *)__get_free_page(GFP_KERNEL) : NULL;
	int got;

	if (!page)
		return param ? -ENOMEM : -ENOENT;
	kernel_param_lock(NULL);
	got = param->ops->get(page, param);
	kernel_param_unlock(NULL);
	if (got >= 0)
		strscpy(value, page, size);
	free_page((unsigned long)page);
	return got;
}
#endif

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
