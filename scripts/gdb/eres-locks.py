# SPDX-License-Identifier: GPL-2.0-only
"""!locks for gdb: the resources of a kernel that does not answer any more.

	gdb vmlinux VMCORE -x eres-locks.py -ex 'eres-locks eresource.ko'
	gdb vmlinux -ex 'target remote :1234' -x eres-locks.py -ex 'eres-locks eresource.ko'

The first looks into a dump (QEMU: dump-guest-memory -p FILE), the second into
a live guest. Nothing in it has to run: lists and records are followed in
memory. vmlinux and the module need debug information (KCFLAGS=-g).

	eres-locks MODULE.KO [all]

prints the contended resources, or all, as debugfs/eresource/locks does.
"""

import gdb

MASK_64 = (1 << 64) - 1
PAGE_SIZE = 4096

# The owner word: odd if shared, by one or, if it is COUNTED, by how many.
TAG_MASK, KIND_MASK, ALONE, COUNTED, COUNT_ONE = 15, 7, 1, 5, 16
KEY_EXITED = 1
HOLD_LEVELS = (1 << 29) - 1
HOLD_EXCLUSIVE = 1 << 30
HOLD_HANDED_OVER = 1 << 31
REQUESTS = ("exclusive", "shared", "shared, starving exclusive",
            "shared, after exclusive")


def pointer(address, type_name):
    return gdb.Value(address).cast(gdb.lookup_type(type_name).pointer())


def offset_of(type_name, field):
    for f in gdb.lookup_type(type_name).strip_typedefs().fields():
        if f.name == field:
            return f.bitpos // 8
    raise gdb.GdbError(f"{type_name} has no {field}")


def entries(head, type_name, field):
    """The elements of a kernel list, by its head's address."""
    offset = offset_of(type_name, field)
    link = pointer(head, "struct list_head")["next"]
    while int(link) != head:
        yield pointer(int(link) - offset, type_name)
        link = link["next"]


def text(value):
    return value.string(errors="replace")


class Module:
    """A loaded module: where its variables are, from its own symbol table."""

    def __init__(self, name):
        head = int(gdb.parse_and_eval("&modules"))
        for module in entries(head, "struct module", "list"):
            if text(module["name"]) == name:
                self.module = module
                return
        raise gdb.GdbError(f"{name} is not loaded")

    def address_of(self, name):
        symbols = self.module["kallsyms"]
        for i in range(int(symbols["num_symtab"])):
            symbol = symbols["symtab"][i]
            if text(symbols["strtab"] + int(symbol["st_name"])) == name:
                return int(symbol["st_value"])
        raise gdb.GdbError(f"no symbol {name}")


class Party:
    """One who owns a resource or waits for it."""

    def __init__(self, thread, key):
        self.id = key & ~KEY_EXITED
        self.exited = bool(key & KEY_EXITED)
        who = thread if self.exited else pointer(self.id, "struct task_struct")
        self.pid = int(who["pid"])
        self.comm = text(who["comm"])
        self.pointer = 0
        self.levels = 0
        self.exclusive = False
        self.request = 0

    def who(self):
        return f"{self.comm}[{self.pid}]" + (" (dead)" if self.exited else "")


class Records:
    """What all threads own and wait for, by resource."""

    def __init__(self, module):
        self.parties = {}
        size = gdb.lookup_type("struct eres_thread").sizeof
        table = pointer(module.address_of("eres_table"), "unsigned long")
        shift = pointer(module.address_of("eres_table_shift"), "unsigned int")
        for i in range(1 << 64 - int(shift.dereference())):
            slot = pointer(int(table.dereference()) + i * size,
                           "struct eres_thread")
            self.add(slot)
            displaced = slot["displaced"]
            while int(displaced):
                if displaced["allocated"]:
                    self.add(displaced)
                displaced = displaced["next"]

    def add(self, thread):
        key = int(thread["key"])
        if key & ~KEY_EXITED:
            for hold in self.holds(thread):
                self.add_hold(thread, key, hold)
            self.add_wait(thread, key)

    @staticmethod
    def holds(thread):
        first, last = thread["hold"].type.range()
        for i in range(first, last + 1):
            yield thread["hold"][i]
        chunk = thread["chunks"]
        size = gdb.lookup_type("struct eres_hold").sizeof
        room = PAGE_SIZE - gdb.lookup_type("struct eres_chunk").sizeof
        while int(chunk):
            for i in range(room // (8 * size) * 8):
                yield chunk["hold"][i]
            chunk = chunk["next"]

    def add_hold(self, thread, key, hold):
        word = int(hold["word"]["counter"]) & MASK_64
        if not word & HOLD_LEVELS:
            return
        party = Party(thread, key)
        party.levels = word & HOLD_LEVELS
        party.exclusive = bool(word & HOLD_EXCLUSIVE)
        if word & HOLD_HANDED_OVER:
            party.pointer = int(hold["pointer"]["key"]) & MASK_64
        self.parties.setdefault(int(hold["resource"]), []).append(party)

    def add_wait(self, thread, key):
        resource = int(thread["wait"]["resource"])
        if not resource:
            return
        party = Party(thread, key)
        party.request = int(thread["wait"]["request"])
        self.parties.setdefault(resource, []).append(party)


def is_live(resource):
    """Cursors of readers are in the list, too."""
    return int(resource["magic"]) == int(resource) & 0xFFFFFFFF ^ 0x45524553


def show_threads(parties):
    shown = [p for p in parties if p.levels or p.request]
    if not shown:
        return
    line = "     Threads:"
    for p in shown:
        if p.pointer:
            line += (f" {p.pointer:016x}-{p.levels:02}<*>"
                     f" *** Actual Thread {p.pointer & ~3:016x}")
        elif p.levels:
            line += f" {p.id:016x}-{p.levels:02}<*>"
        else:
            line += f" {p.id:016x}-01"
    print(line)


def show_parties(parties):
    show_threads(parties)
    writers = [p for p in parties if not p.levels and not p.request]
    if writers:
        print("     Threads Waiting On Exclusive Access:")
        for p in writers:
            print(f"              {p.id:016x}")
    for p in parties:
        if not p.levels:
            print(f"     Waiter {p.id:016x}: {p.who()}, {REQUESTS[p.request]}")
            continue
        mode = "exclusive" if p.exclusive else "shared"
        plural = "" if p.levels == 1 else "s"
        by = "owner pointer, acquired by " if p.pointer else ""
        print(f"     Owner {p.pointer or p.id:016x}: {by}{p.who()}, {mode}, "
              f"{p.levels} level{plural}")


def state_of(resource, owners):
    owner = int(resource["owner"])
    if owners:
        if owners[0].exclusive:
            return "Exclusively owned"
        return f"Shared {len(owners)} owning threads"
    if owner & TAG_MASK == ALONE:
        return "Shared 1 owning threads"
    if owner & KIND_MASK == COUNTED:
        return f"Shared {owner // COUNT_ONE} owning threads"
    if owner & 1 and int(resource["group"]):
        return f"Shared {int(resource['group'])} owning threads"
    if not owner & 1 and owner & ~TAG_MASK:
        return "Exclusively owned"
    return "Available"


def show(resource, parties):
    site = resource["site"]
    address = f"0x{int(resource):016x}"
    where = f"by {text(site['module'])} in {text(site['file'])}"
    if not int(site["name"]):
        # By the function, whose line is not known.
        print(f"\nResource @ {address}", end="")
    else:
        where += f":{int(site['line'])}"
        print(f"\nResource @ {text(site['module'])}!"
              f"{text(site['name']).lstrip('&')} ({address})", end="")
    print("    " + state_of(resource, [p for p in parties if p.levels]))
    for title, field in (("Contention Count", "contention"),
                         ("NumberOfSharedWaiters", "shared_waiters"),
                         ("NumberOfExclusiveWaiters", "exclusive_waiters")):
        if int(resource[field]):
            print(f"    {title} = {int(resource[field])}")
    show_parties(parties)
    print(f"     Initialised {where}")


class EresLocks(gdb.Command):
    """eres-locks MODULE.KO [all]: what !locks prints."""

    def __init__(self):
        super().__init__("eres-locks", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        arguments = gdb.string_to_argv(argument)
        if not arguments:
            raise gdb.GdbError("eres-locks MODULE.KO [all]")
        module = Module("eresource")
        # For the types alone: where its variables are, the module itself knows.
        gdb.execute(f"add-symbol-file {arguments[0]} 0", to_string=True)
        self.list(module, "all" in arguments[1:])

    @staticmethod
    def list(module, everything):
        print("**** DUMP OF ALL RESOURCE OBJECTS ****")
        records = Records(module)
        total = held = 0
        size = gdb.lookup_type("struct eres_bucket").sizeof
        head = offset_of("struct eres_bucket", "resources")
        buckets = module.address_of("eres_buckets")
        for i in range(256):
            for resource in entries(buckets + i * size + head,
                                    "struct _ERESOURCE", "link"):
                if not is_live(resource):
                    continue
                parties = records.parties.get(int(resource), [])
                owned = any(p.levels for p in parties)
                total += 1
                held += owned
                awaited = any(not p.levels for p in parties)
                contended = owned and int(resource["contention"])
                if everything or awaited or contended:
                    show(resource, parties)
        print(f"\n{total} total locks, {held} locks currently held")


EresLocks()
