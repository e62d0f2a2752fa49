# SPDX-License-Identifier: GPL-2.0-only
# For people; what the modules are made of is in Kbuild. "make help" lists the goals.

KDIR ?= /lib/modules/$(shell uname -r)/build

modules:
	@test -e $(KDIR)/Makefile || { \
		echo 'no kernel headers in $(KDIR): on Debian, apt install linux-headers-'$$(uname -r); \
		echo '(kernel-devel elsewhere), or name the ones of another kernel: make KDIR=/usr/src/...'; \
		exit 1; }
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

clean:
	@test -e $(KDIR)/Makefile || { \
		echo 'no kernel headers in $(KDIR): name the ones that were built with, make clean KDIR=...'; \
		exit 1; }
	$(MAKE) -C $(KDIR) M=$(CURDIR) clean

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
	@scripts/build-kernel.sh $(or $(KERNEL),debug)

help:
	@echo 'make                    eresource.ko and Module.symvers for the running kernel'
	@echo 'make KDIR=DIR           the same for the kernel whose headers or build are in DIR'
	@echo 'make clean              removes what these built'
	@echo
	@echo 'The rest installs the Debian packages it needs, works in ~/.cache/eresource (or in'
	@echo 'ERESOURCE_CACHE) and leaves the checkout alone:'
	@echo 'make demo               the module and a ported driver at work on a stock kernel, in QEMU'
	@echo 'make demo-bugs          a driver full of classic mistakes, and what is said about each'
	@echo 'make try-new DRIVER=DIR a small driver in DIR, to begin with'
	@echo 'make try DRIVER=DIR     your driver in a guest, with reports; KERNEL=debug: under lockdep;'
	@echo '                        SHELL=yes: with a shell there'
	@echo 'make check              KUnit on a debug kernel, in QEMU'
	@echo 'make check SUITES=GLOB  only these suites, or suite.case'
	@echo 'make check-all          on each supported kernel what it can run; KERNELS="NAME ..."'
	@echo 'make check-gdb          the listing of locks from a live guest and from a dump, by gdb'
	@echo 'make torture            attempts to break it, on a stock kernel; KERNEL=NAME: another one, um native'
	@echo 'make twins              plants bugs in copies of the module; the tests have to find each'
	@echo 'make model              checks the protocol of the lock as a model, with spin'
	@echo 'make bench              what each operation costs, beside the kernel'\''s locks and a textbook'\''s'
	@echo 'make bench-plot         keeps its last results and their plot in kunit/bench'
	@echo 'make static             the static checks; ONLY="sparse doc": those with a word in their name'
	@echo 'make htmldocs           the manuals and the API reference, as HTML; prints where'
	@echo 'make kernel             builds the debug kernel, prints where; KERNEL=NAME: another one'

.PHONY: modules clean demo demo-bugs try try-new check check-all check-gdb torture twins model bench bench-plot
.PHONY: static htmldocs kernel help
