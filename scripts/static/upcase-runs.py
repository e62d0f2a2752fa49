#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""upcase-runs.py: shim/wdmsync/upcase_runs.h, from Unicode's simple upper case mapping

As Windows has it for names: one 16-bit character becomes one; nothing beyond ASCII becomes ASCII; the micro
sign is none of Greek; and Georgian has no capitals, which it got long after that table was made.
"""
import unicodedata


def upcase(code):
    upper = chr(code).upper()
    if len(upper) != 1 or ord(upper) > 0xffff or code == 0xb5:
        return code
    if (code >= 0x80) != (ord(upper) >= 0x80) or 0x1c90 <= ord(upper) <= 0x1cbf:
        return code
    return ord(upper)


def runs():
    """[first, last, step, distance] of neighbours that go as far."""
    found = []
    for code in range(0x10000):
        if 0xd800 <= code < 0xe000 or upcase(code) == code:
            continue
        distance = upcase(code) - code
        if found and found[-1][3] == distance:
            run = found[-1]
            step = code - run[1]
            if step <= 2 and (run[0] == run[1] or step == run[2]):
                run[1], run[2] = code, step
                continue
        found.append([code, code, 1, distance])
    return found


print('/* SPDX-License-Identifier: GPL-2.0-only */')
print('/* By scripts/static/upcase-runs.py from Unicode %s: first, last, step, distance. */' % unicodedata.unidata_version)
for first, last, step, distance in runs():
    print('{ 0x%04x, 0x%04x, %d, %d },' % (first, last, step, distance))
