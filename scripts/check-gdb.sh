#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# check-gdb.sh: scripts/gdb/eres-locks.py against a live guest and against a dump of it. Both have to
# show what debugfs showed in the guest, address by address.
set -eu
. "$(dirname "$0")/lib.sh"
usage 0 0 "$@"

"$scripts/build/install-deps.sh" modules kernel qemu gdb python3
# Debug information without another configuration.
KCFLAGS=-g
export KCFLAGS
build=$("$scripts/kernel/build-kernel.sh" vmcore)

lock "check-gdb-${own##*/}"
modules=$own/modules-vmcore
run=$own/check-gdb
rm -rf "$run"
mkdir -p "$run"

step 'building the modules' "$run/build.log" "$scripts/build/build-modules.sh" "$build" "$modules"
"$scripts/boot/mkinitrd.sh" "$run/initrd" "$scripts/guest/guest-vmcore.sh" "$modules/eresource.ko" \
	"$modules/kunit/see/eres_see.ko"

ERESOURCE_QEMU="-qmp unix:$run/qmp,server=on,wait=off -gdb unix:$run/gdb,server=on,wait=off" \
	"$scripts/boot/run-qemu.sh" -m 256 -t 300 "$build/vmlinuz" "$run/initrd" "$run" >"$run/qemu.log" 2>&1 &
guest=$!

# qmp COMMAND...: each a JSON object; waits for the answers.
qmp() {
	python3 - "$run/qmp" "$@" <<'PYTHON'
import json, socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
f = s.makefile("rw")
f.readline()
for command in ['{"execute": "qmp_capabilities"}'] + sys.argv[2:]:
    f.write(command + "\n")
    f.flush()
    while True:
        line = f.readline()
        answer = json.loads(line) if line else {"return": {}}
        if "error" in answer:
            sys.exit(line)
        if "return" in answer:
            break
PYTHON
}

waited=0
until grep -q '^vmcore: ready' "$run/port" 2>/dev/null; do
	kill -0 "$guest" 2>/dev/null || die "the guest has ended: $(tail -n 1 "$run/qemu.log")"
	[ "$waited" -lt 200 ] || die 'the guest is not ready after 200 s'
	waited=$((waited + 1))
	sleep 1
done
sed -n '/^Resource @/,/^     Initialised/p' "$run/port" >"$run/debugfs"

# What only a running kernel knows, and the path that the compiler was given.
comparable() {
	sed -e 's/, for [0-9.]* s$//' -e 's/ *$//' -e 's|in /.*/|in |' "$1" |
		sed -n '/^Resource @/,/^     Initialised/p'
}

debugger() {
	gdb -nx -batch "$build/vmlinux" "$@" -x "$scripts/gdb/eres-locks.py" \
		-ex "eres-locks $modules/eresource.ko"
}

step 'looking into the live guest' "$run/live" debugger -ex "target remote $run/gdb"
step 'taking a dump' "$run/dump.log" qmp \
	"{\"execute\": \"dump-guest-memory\", \"arguments\": {\"paging\": true, \"protocol\": \"file:$run/vmcore\"}}" \
	'{"execute": "quit"}'
wait "$guest" || :
step 'looking into the dump' "$run/dump" debugger "$run/vmcore"
rm -f "$run/vmcore"

status=0
comparable "$run/debugfs" >"$run/expected"
[ -s "$run/expected" ] || status=1
for what in live dump; do
	comparable "$run/$what" >"$run/$what.found"
	diff "$run/expected" "$run/$what.found" >&2 || {
		note "FAILED: $what shows something else"
		status=1
	}
done
cat "$run/dump"
[ "$status" -eq 0 ] && echo '2 passed, 0 failed'
