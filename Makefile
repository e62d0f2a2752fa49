# SPDX-License-Identifier: GPL-2.0-only
# For people; what the modules are made of is in Kbuild. "make help" lists the goals.

KDIR ?= /lib/modules/$(shell uname -r)/build

# Kbuild has it.
VERSION := $(shell sed -n 's/^eresource-version := //p' Kbuild)
prefix ?= /usr
headers := $(DESTDIR)$(prefix)/include/eresource
source := $(DESTDIR)$(prefix)/src/eresource-$(VERSION)

modules tests modules_install clean: kernel-headers
kernel-headers:
	@test -e $(KDIR)/Makefile || { \
		echo 'no kernel headers in $(KDIR): on Debian, apt install linux-headers-'$$(uname -r); \
		echo '(kernel-devel elsewhere), or name the ones of another kernel: make KDIR=/usr/src/...'; \
		exit 1; }

modules:
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

tests:
	$(MAKE) -C $(KDIR) M=$(CURDIR) ERESOURCE_TESTS=y modules

clean:
	$(MAKE) -C $(KDIR) M=$(CURDIR) ERESOURCE_TESTS=$(if $(wildcard kunit/Kbuild),y) clean

# What drivers are built with: the headers are the same for all kernels, what else there is belongs to one.
install: modules_install headers_install
	release=$$(sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' $(KDIR)/include/generated/utsrelease.h) && [ -n "$$release" ] && \
	install -D -m 644 -t $(source)/$$release Module.symvers && \
	install -D -m 644 -t $(source)/$$release/include/generated include/generated/eresource_layout.h

modules_install: modules
	$(MAKE) -C $(KDIR) M=$(CURDIR) INSTALL_MOD_PATH=$(DESTDIR) modules_install

headers_install:
	cd include && find . -path ./generated -prune -o -type f -print | while read -r file; do \
		install -D -m 644 "$$file" $(headers)/"$$file" || exit 1; \
	done
	sed 's/^eresource-version :=.*/eresource-version := $(VERSION)/' include/eresource.mk >$(headers)/eresource.mk

# What DKMS builds the modules from: a tree of it, without tests.
source_install:
	find Kbuild Makefile include shim -path include/generated -prune -o -type f \
		'(' -name '*.[ch]' -o -path 'include/*' -o -name Kbuild -o -name Makefile ')' ! -name '*.mod.c' -print | \
	while read -r file; do \
		install -D -m 644 "$$file" $(source)/"$$file" || exit 1; \
	done
	sed 's/#MODULE_VERSION#/$(VERSION)/' dkms.conf >$(source)/dkms.conf
	chmod 644 $(source)/dkms.conf
	install -m 755 scripts/build/dkms-keep.sh $(source)/dkms-keep.sh

print-version:
	@echo $(VERSION)

demo:
	@scripts/demo.sh

demo-bugs:
	@scripts/demo-bugs.sh

# To make, and to those that it calls, SHELL is what runs the recipes; to people who try, it is a shell
# in the guest.
ifeq ($(SHELL),yes)
override SHELL := /bin/sh
export TRY_SHELL := yes
endif

try:
	@unset MAKEFLAGS MAKEOVERRIDES && SHELL=/bin/sh scripts/try.sh

try-new:
	@scripts/try-new.sh

check:
	@scripts/check-kunit.sh

check-all:
	@scripts/check-all.sh

check-gdb:
	@scripts/check-gdb.sh

check-dkms:
	@scripts/check-dkms.sh

check-deb:
	@scripts/check-deb.sh

check-in-tree:
	@scripts/check-in-tree.sh

torture:
	@scripts/torture.sh

model:
	@scripts/check-model.sh

twins:
	@scripts/twins.sh

bench:
	@scripts/bench.sh

bench-plot:
	@scripts/bench-save.sh

static:
	@scripts/check.sh $(ONLY)

htmldocs:
	@scripts/htmldocs.sh

kernel:
	@scripts/kernel/build-kernel.sh $(or $(KERNEL),debug)

help:
	@echo 'Build, for the running kernel or the one whose headers are in KDIR=DIR:'
	@echo '  make                     eresource.ko, wdmsync.ko, and Module.symvers for drivers'
	@echo '  make tests               tests and benchmark, too'
	@echo '  make clean               removes what these built'
	@echo
	@echo 'Install, below DESTDIR if that is set:'
	@echo '  make install             modules, headers and Module.symvers'
	@echo '  make modules_install     only the modules; headers_install: only the headers'
	@echo '  make source_install      the source tree for DKMS'
	@echo
	@echo 'All that follows installs the Debian packages it needs, works in ~/.cache/eresource'
	@echo '(or ERESOURCE_CACHE), and leaves the checkout and the running kernel alone.'
	@echo
	@echo 'Try:'
	@echo '  make demo                the modules, a ported file system and a disk at work in QEMU'
	@echo '  make demo-bugs           a driver full of classic mistakes, and what is said about each'
	@echo '  make try-new DRIVER=DIR  makes a small driver in DIR, to begin with'
	@echo '  make try DRIVER=DIR      your driver in a guest; KERNEL=debug: under lockdep; SHELL=yes: a shell'
	@echo
	@echo 'Test:'
	@echo '  make check               KUnit on a debug kernel; SUITES=GLOB: only these suites, or suite.case'
	@echo '  make torture             attempts to break it; KERNEL=NAME: on another kernel, um is native'
	@echo '  make static              the static checks; ONLY="sparse doc": those with a word in their name'
	@echo '  make model               the protocol of the lock as a model, with spin'
	@echo '  make twins               plants bugs in copies of the module; the tests have to find each'
	@echo '  make check-all           on each supported kernel what it can run; KERNELS="NAME ..."'
	@echo '  make check-gdb           the listing of locks from a live guest and from a dump'
	@echo '  make check-dkms          installs by DKMS for 6.1 and 6.12, builds a driver, removes all'
	@echo '  make check-deb           Debian packages: built, looked at by lintian, used'
	@echo '  make check-in-tree       in a tree of the kernel, by its own kunit.py'
	@echo
	@echo 'Measure:'
	@echo '  make bench               what each operation costs beside the kernel'\''s locks and a textbook'\''s'
	@echo '  make bench-plot          keeps the last results and their plot in kunit/bench'
	@echo
	@echo 'Read, and the rest:'
	@echo '  make htmldocs            the manuals and the API reference, as HTML; prints where'
	@echo '  make kernel              builds the debug kernel, prints where; KERNEL=NAME: another one'

.PHONY: modules tests clean kernel-headers install modules_install headers_install source_install print-version
.PHONY: demo demo-bugs try try-new check check-all check-gdb check-dkms check-deb check-in-tree torture model twins
.PHONY: bench bench-plot static htmldocs kernel help
