#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# dkms-keep.sh DIR: called by DKMS where it has built the modules, before it throws that away: keeps in
# DIR/kept what drivers are built with (see include/eresource.mk). DIR goes when the modules do.
set -eu

install -D -m 644 -t "$1/kept" Module.symvers
install -D -m 644 -t "$1/kept/include/generated" include/generated/eresource_layout.h
