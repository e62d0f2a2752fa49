#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What the guest of demo.sh runs: the two modules in, the demo, the modules out. stdout is what a
# person sees, stderr is the console.
. /guest-lib.sh

insmod /eresource.ko || complain 'insmod eresource failed'
insmod /ramfile.ko || complain 'insmod ramfile failed'
[ "$status" -ne 0 ] || /bin/ramfile-demo || complain "ramfile-demo exited with $?"
remove ramfile
remove eresource
exit "$status"
