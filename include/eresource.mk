# SPDX-License-Identifier: GPL-2.0-only
# What a driver's Kbuild includes, in one line, after it has said which of its objects are ported code:
#
#	obj-m := mydriver.o
#	mydriver-y := create.o read.o front.o
#	ERESOURCE_PORTED := create.o read.o
#	include $(ERESOURCE)/include/eresource.mk	in a checkout, built there; or installed:
#	include /usr/include/eresource/eresource.mk
#
# All objects find the headers, and the driver is linked against eresource.ko. Code that came from Windows
# is compiled as that needs; what is left out above is Linux's, and compiled like any module.
#
#	ERESOURCE_PORTED	objects of ported code
#	ERESOURCE_DBG=1		a checked build: DBG is 1, so that ASSERT() and PAGED_CODE() do something
#	ERESOURCE_NTDDI		the Windows version whose interface the code expects; Windows 10
#	ERESOURCE_WDK=no	the locks only: the driver brings LIST_ENTRY, STATUS_... and so on itself
#	ERESOURCE_DDK=yes	everything else that a driver declares is mingw-w64's (Debian: mingw-w64-common),
#				in /usr/share/mingw-w64/include, or in the directory that is named instead
#	ERESOURCE_BUILD		where eresource.ko was built, if not beside the headers, nor installed by "make
#				install" or DKMS for this kernel

eresource-include := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
# Filled in where it is installed: then what belongs to a kernel is where "make install" or DKMS left it.
eresource-version :=
ifneq ($(eresource-version),)
eresource-root := $(eresource-include)/../../..
eresource-kept := $(wildcard $(eresource-include)/../../src/eresource-$(eresource-version)/$(KERNELRELEASE)/Module.symvers)
eresource-kept += $(wildcard $(eresource-root)/var/lib/dkms/eresource/$(eresource-version)/$(KERNELRELEASE)/*/kept/Module.symvers)
ERESOURCE_BUILD ?= $(patsubst %/Module.symvers,%,$(firstword $(eresource-kept)))
ifdef CONFIG_MODULES
ifeq ($(ERESOURCE_BUILD),)
$(error eresource $(eresource-version) is not installed for Linux $(KERNELRELEASE))
endif
endif
endif
ERESOURCE_BUILD ?= $(eresource-include)/..
ERESOURCE_NTDDI ?= 0x0A000000

# Symbols, and the sizes that belong to the kernel for which eresource.ko was built.
ifeq ($(filter $(ERESOURCE_BUILD)/Module.symvers,$(KBUILD_EXTRA_SYMBOLS)),)
ifneq ($(wildcard $(ERESOURCE_BUILD)/Module.symvers),)
KBUILD_EXTRA_SYMBOLS += $(ERESOURCE_BUILD)/Module.symvers
endif
endif
ccflags-y += -I$(eresource-include) -I$(ERESOURCE_BUILD)/include
# Types, lists, interlocked operations ... beside the locks.
ccflags-y += $(if $(filter no,$(ERESOURCE_WDK)),,-DERESOURCE_WDK)
# gcc's atomics, which Interlocked...() are, would be calls of its library, which the kernel has not.
ccflags-$(CONFIG_ARM64) += $(call cc-option,-mno-outline-atomics)

# Ported code. What the headers define for such files only, because a header of Linux that followed would
# not stand it: min(), max(), __in ... and the words of Microsoft's compiler.
eresource-flags := -DERESOURCE_PORTED
# Further capitals of the headers' names: NTIFS.H.
eresource-flags += -I$(eresource-include)/spelled
# A DDK around ours. Copies of its three main headers are made without what is ours, and of two that contradict
# headers which they include; what they say about the compiler is replaced, and whatever else they include is
# found last.
ifneq ($(filter-out no,$(ERESOURCE_DDK)),)
eresource-ddk := $(if $(filter yes,$(ERESOURCE_DDK)),/usr/share/mingw-w64/include,$(ERESOURCE_DDK))
eresource-mended := $(notdir $(wildcard $(addprefix $(eresource-ddk)/ddk/,ndis.h storport.h)))
eresource-copies := $(addprefix $(obj)/.ddk/eresource_ddk/,wdm.h ntddk.h ntifs.h) \
	$(addprefix $(obj)/.ddk/,$(eresource-mended))
eresource-flags += -DERESOURCE_DDK -I$(eresource-include)/ddk -isystem $(obj)/.ddk
eresource-flags += -idirafter $(eresource-ddk)/ddk -idirafter $(eresource-ddk)
# It asks for macros that only other compilers define.
eresource-flags += -Wno-undef

quiet_cmd_eresource_ddk = DDK     $@
      cmd_eresource_ddk = mkdir -p $(@D) && \
	awk -f $(eresource-include)/ddk/filter.awk $(eresource-include)/NAMES $< >$@.tmp && mv $@.tmp $@

ifdef CONFIG_MODULES
$(obj)/.ddk/eresource_ddk/%.h: $(eresource-ddk)/ddk/%.h $(eresource-include)/ddk/filter.awk $(eresource-include)/NAMES
	$(call cmd,eresource_ddk)

$(addprefix $(obj)/.ddk/,$(eresource-mended)): $(obj)/.ddk/%.h: $(eresource-ddk)/ddk/%.h \
		$(eresource-include)/ddk/filter.awk $(eresource-include)/NAMES
	$(call cmd,eresource_ddk)

$(addprefix $(obj)/,$(ERESOURCE_PORTED)): $(eresource-copies)
endif
clean-files += .ddk
endif
# A driver, not a program; for 64 bits; which Windows. Code that both systems have is to take Windows' side.
eresource-flags += -U__linux__ -U__linux -Ulinux -U__unix__ -U__unix -Uunix -U__gnu_linux__
eresource-flags += -D_KERNEL_MODE=1 -D_WIN32=1 -D_WIN64=1 -D_WIN32_WINNT=0x0A00 -DNTDDI_VERSION=$(ERESOURCE_NTDDI)
# The machine.
eresource-flags += $(if $(CONFIG_X86_64),-D_AMD64_ -D_M_AMD64=100 -D_M_X64=100)
eresource-flags += $(if $(CONFIG_ARM64),-D_ARM64_ -D_M_ARM64=1)
# Free or checked build.
eresource-flags += -DDBG=$(if $(filter 1 y yes,$(ERESOURCE_DBG)),1,0)
# struct { BASE; ... }: members of an embedded structure that has no name.
eresource-flags += -fms-extensions $(call cc-disable-warning,microsoft-anon-tag)
# char has a sign, as Microsoft's has; Linux's has none since 6.2.
eresource-flags += -fsigned-char
# Declarations with (), a pointer to a pointer passed as PVOID *, BOOLEAN f() that ends without return: Linux
# makes errors of what is a warning to the compiler.
eresource-flags += -Wno-error=strict-prototypes -Wno-error=incompatible-pointer-types -Wno-error=return-type
# The same of when it was compiled, which drivers print, and of all warnings, with CONFIG_WERROR.
eresource-flags += -Wno-error=date-time -Wno-error
eresource-flags += -Wno-old-style-definition
# Pool tags are 'abcd'; #pragma alloc_text, warning, code_seg and others mean nothing here; declarations
# stand wherever C99 allows them; functions that a driver calls from one other file have no prototype.
eresource-flags += -Wno-multichar -Wno-unknown-pragmas -Wno-declaration-after-statement
eresource-flags += -Wno-missing-prototypes -Wno-missing-declarations
# A switch over some of an enumeration's values; "if (x) KdPrint((...));" in a free build.
eresource-flags += -Wno-switch -Wno-empty-body

$(foreach object,$(ERESOURCE_PORTED),$(eval CFLAGS_$(object) += $$(eresource-flags)))

# ExInitializeResourceLite() is a macro, for the sake of names and lock classes, and where a prototype of that
# name follows, it can not be. Files that have one, or all if a header has one, get the function alone:
# what they initialise has no name and no lock class.
eresource-prototype := ExInitializeResourceLite[[:space:]]*[(][^()&;]*ERESOURCE
eresource-declaring := $(notdir $(shell grep -lszE '$(eresource-prototype)' /dev/null \
	$(wildcard $(addprefix $(src)/,*.h $(ERESOURCE_PORTED:.o=.c)))))
ifneq ($(filter %.h,$(eresource-declaring)),)
eresource-flags += -DERES_INIT_BY_FUNCTION
else
$(foreach file,$(eresource-declaring),$(eval CFLAGS_$(file:.c=.o) += -DERES_INIT_BY_FUNCTION))
endif
