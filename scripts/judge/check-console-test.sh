#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# check-console-test.sh: shows that check-console.sh catches what it should, and nothing else.
set -eu
. "$(dirname "$0")/../lib.sh"

log=$own/check-console-test.log
failures=0

# expect clean|noisy WHAT: the log on stdin must be judged so.
expect() {
	cat >"$log"
	if "$scripts/judge/check-console.sh" "$log" >"$log.out"; then
		verdict=clean
	else
		verdict=noisy
	fi
	if [ "$verdict" != "$1" ]; then
		echo "$2: judged $verdict, is $1"
		failures=$((failures + 1))
	fi
}

# One example of each pattern, as kernels print them.
cat >"$own/check-console-test.noise" <<'END'
WARNING: CPU: 0 PID: 77 at shim/report.c:31 eres_report+0x1c/0x40 [eresource]
WARNING: possible circular locking dependency detected
WARNING: possible recursive locking detected
WARNING: possible irq lock inversion dependency detected
WARNING: inconsistent lock state
WARNING: bad unlock balance detected!
WARNING: bad contention detected!
WARNING: held lock freed!
WARNING: lock held when returning to user space!
WARNING: kunit_try_catch/77 still has locks held!
WARNING: nested lock was not taken
WARNING: suspicious RCU usage
possible circular locking dependency detected
possible recursive locking detected
Possible unsafe locking scenario: possible unsafe locking scenario
inconsistent lock state
irq lock inversion dependency detected
bad unlock balance detected!
held lock freed!
lock held at task exit
[ BUG: Invalid wait context ]
INFO: trying to register non-static key.
INFO: lockdep is turned off.
turning off the locking correctness validator.
BUG: MAX_LOCKDEP_CHAINS too low!
BUG: MAX_LOCK_DEPTH too low!
DEBUG_LOCKS_WARN_ON(1)
DEBUG_RWSEMS_WARN_ON(sem->magic != sem): count = 0x0, magic = 0x0
INFO: task rmmod:90 blocked for more than 60 seconds.
rcu: INFO: rcu_preempt self-detected stall on CPU
rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:
INFO: rcu_tasks detected stalls on tasks:
rcu: rcu_preempt kthread starved for 2000 jiffies! g7 f0x0 RCU_GP_WAIT_FQS(5)
watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [insmod:70]
watchdog: Watchdog detected hard LOCKUP on cpu 1
BUG: workqueue lockup - pool cpus=1 node=0 flags=0x0 nice=0 stuck for 33s!
BUG: scheduling while atomic: kunit_try_catch/77/0x00000002
BUG: sleeping function called from invalid context at kernel/locking/rwsem.c:1526
BUG: using smp_processor_id() in preemptible [00000000] code: insmod/70
Voluntary context switch within RCU read-side critical section!
Illegal context switch in RCU read-side critical section!
BUG: KASAN: slab-use-after-free in eres_grant+0x12/0x30 [eresource]
BUG: KCSAN: data-race in eres_grant [eresource] / rwsem_down_write_slowpath
kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)
unreferenced object 0xffff888003a2c000 (size 128):
ODEBUG: free active (active state 0) object: 0 object type: timer_list
list_add corruption. next->prev should be prev, but was 0
list_del corruption, 0->next is NULL
refcount_t: underflow; use-after-free.
UBSAN: shift-out-of-bounds in shim/owner.c:31
BUG: unable to handle page fault for address: 0000000000001000
BUG: kernel NULL pointer dereference, address: 0000000000000008
Oops: 0000 [#1] PREEMPT SMP KASAN NOPTI
Oops: general protection fault, probably for non-canonical address 0xdead000000000108
general protection fault: 0000 [#1] SMP
kernel BUG at shim/state.c:31!
invalid opcode: 0000 [#1] SMP
BUG: stack guard page was hit at 0 (stack is 0..0)
Kernel panic - not syncing: hung_task: blocked tasks
Call Trace:
stack backtrace:
clocksource: timekeeping watchdog on CPU1: Marking clocksource 'tsc' as unstable because of skew
eresource_kunit: Unknown symbol eres_init_resource (err -2)
eresource: disagrees about version of symbol module_layout
ramfile-demo[80]: segfault at 0 ip 0 sp 0 error 4
BUG: MAX_STACK_TRACE_ENTRIES too low!
BUG eres_owner (Tainted: G O): Objects remaining in eres_owner on __kmem_cache_shutdown()
BUG kmalloc-64 (Tainted: G O): Object already free
BUG kmalloc-64 (Tainted: G O): Poison overwritten
BUG kmalloc-64 (Tainted: G O): Left Redzone overwritten
traps: ramfile-demo[80] trap invalid opcode ip:0 sp:0 error:0
traps: PANIC: double fault, error_code: 0x0
BUG: kernel stack overflow (page fault)
Out of memory: Killed process 80 (ramfile-demo)
END

"$scripts/judge/check-console.sh" --patterns | while read -r pattern; do
	grep -Eq -e "$pattern" "$own/check-console-test.noise" || echo "$pattern"
done >"$log.out"
if [ -s "$log.out" ]; then
	sed 's/^/no example for the pattern: /' "$log.out"
	failures=$((failures + 1))
fi

while read -r noise; do
	printf '[    1.000000] init\n[    2.000000] %s\n[    3.000000] end\n' "$noise" |
		expect noisy "$noise"
	[ "$(grep -Fc "unexpected: [    2.000000] $noise" "$log.out")" -eq 1 ] || {
		echo "$noise: not named in the report"
		failures=$((failures + 1))
	}
done <"$own/check-console-test.noise"

expect clean 'an ordinary log' <<'END'
[    0.566108] kasan: KernelAddressSanitizer initialized
[    2.100000] Lock dependency validator: Copyright (c) 2006 Red Hat, Inc., Ingo Molnar
[    2.541306] smp: Brought up 1 node, 2 CPUs
[    5.100000] eresource: loading out-of-tree module taints kernel.
[    5.200000] eresource: module verification failed: signature and/or required key missing - tainting kernel
[    5.300000] BUG: KCSAN: data-race in tick_nohz_handler / tick_nohz_idle_got_tick
[    6.000000]     ok 1 shared_recursion_passes_exclusive_waiter
[    6.433645] reboot: Power down
END

expect clean 'announced noise' <<'END'
[    1.0] eresource-expect-begin: possible circular locking dependency
[    1.1] WARNING: possible circular locking dependency detected
[    1.2] Call Trace:
[    1.3] eresource-expect-end: possible circular locking dependency
END

expect clean 'an announced grave report' <<'END'
[    1.0] eresource-expect-begin: KASAN: slab-use-after-free
[    1.1] BUG: KASAN: slab-use-after-free in f+0x1/0x2
[    1.3] eresource-expect-end: KASAN: slab-use-after-free
END

expect noisy 'an announced report that does not come' <<'END'
[    1.0] eresource-expect-begin: possible circular locking dependency
[    1.3] eresource-expect-end: possible circular locking dependency
END

expect noisy 'another report than the announced one' <<'END'
[    1.0] eresource-expect-begin: possible circular locking dependency
[    1.1] WARNING: possible recursive locking detected
[    1.3] eresource-expect-end: possible circular locking dependency
END

expect noisy 'a grave report beside the announced one' <<'END'
[    1.0] eresource-expect-begin: not owned by the caller
[    1.1] WARNING: not owned by the caller
[    1.2] BUG: KASAN: slab-use-after-free in f+0x1/0x2
[    1.3] eresource-expect-end: not owned by the caller
END

expect noisy 'noise after the announced one' <<'END'
[    1.0] eresource-expect-begin: not owned by the caller
[    1.1] WARNING: not owned by the caller
[    1.2] eresource-expect-end: not owned by the caller
[    1.3] Call Trace:
END

expect noisy 'an announcement without an end' <<'END'
[    1.0] eresource-expect-begin: not owned by the caller
[    1.1] WARNING: not owned by the caller
END

expect noisy 'an end without an announcement' <<'END'
[    1.2] eresource-expect-end: not owned by the caller
END

expect noisy 'an announcement within another' <<'END'
[    1.0] eresource-expect-begin: one
[    1.1] WARNING: one
[    1.2] eresource-expect-begin: two
[    1.3] WARNING: two
[    1.4] eresource-expect-end: two
END

expect noisy 'an empty log' </dev/null

rm -f "$log" "$log.out" "$own/check-console-test.noise"
[ "$failures" -eq 0 ]
