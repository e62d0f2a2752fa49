#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""header-names.py COMMAND...: what a driver's file knows after #include <ntifs.h>

COMMAND is a compiler with the flags of such a file. Names are printed by the header that brings them; what
the command line brings by itself, and what begins with eres_ or ERES_, does not count.
"""
import re
import subprocess
import sys

TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|\w+|\S')
KEYWORDS = set('''auto char const double enum extern float inline int long register return short signed
    sizeof static struct typedef union unsigned void volatile _Bool __inline__ __inline __attribute__
    __extension__ _Static_assert __asm__ __volatile__ __typeof__ __gnu_inline__ __always_inline__'''.split())


def preprocess(command, text):
    run = subprocess.run(command + ['-E', '-dD', '-x', 'c', '-'], input=text, capture_output=True,
                         text=True, check=False)
    if run.returncode:
        sys.exit(run.stderr)
    return run.stdout


def statements(tokens):
    """The declarations of a file: of functions, what comes before the body."""
    words, depth = [], 0
    for token in tokens:
        words.append((token, depth))
        if token[0] in '({[':
            depth += 1
        elif token[0] in ')}]':
            depth -= 1
        if depth:
            continue
        is_body = token[0] == '}' and words[0][0] != 'typedef' and any(w == '(' and d == 0 for w, d in words)
        if token[0] == ';' or is_body:
            yield words
            words = []


def declared(words):
    """The names that one declaration adds to the scope of the file."""
    plain = [w for w, _ in words]
    if plain[0] in (';', '_Static_assert'):
        return
    for i, word in enumerate(plain[:-2]):
        if word in ('struct', 'union', 'enum') and re.match(r'\w', plain[i + 1]) and plain[i + 2] in ('{', ';'):
            yield plain[i + 1]
        if word == 'enum' and '{' in plain[i + 1:i + 3]:
            at = plain.index('{', i)
            for before, name in zip(plain[at:], plain[at + 1:plain.index('}', at)]):
                if before in '{,':
                    yield name
    # Outside of braces and lists of parameters: the last word before one of ( , ; [
    for (word, depth), (after, _) in zip(words, words[1:]):
        if depth == 0 and after in ('(', ',', ';', '[') and re.match(r'[A-Za-z_]', word) and word not in KEYWORDS:
            yield word


def names(output):
    """(name, header) of all macros and declarations."""
    header, tokens, origins, found = '', [], [], []
    for line in output.splitlines():
        marker = re.match(r'# \d+ "([^"]*)"', line)
        directive = re.match(r'\s*#\s*(define|undef)\s+(\w+)', line)
        if marker:
            header = marker.group(1)
        elif directive:
            if directive.group(1) == 'define':
                found.append((directive.group(2), header))
            else:
                found = [(n, h) for n, h in found if n != directive.group(2)]
        elif not line.startswith('#'):
            for token in TOKEN.findall(line):
                tokens.append(token)
                origins.append(header)
    position = 0
    for words in statements(tokens):
        found.extend((name, origins[position]) for name in declared(words))
        position += len(words)
    return found


def main():
    command = sys.argv[1:]
    before = {name for name, _ in names(preprocess(command, ''))}
    groups = {}
    for name, header in names(preprocess(command, '#include <ntifs.h>\n')):
        if name not in before and not re.match(r'_*(eres_|ERES_|ERESOURCE_.*_H$)', name):
            header = re.sub(r'.*/include/(\w+/\.\./)?', '', header)
            groups.setdefault(header, set()).add(name)
    print('# SPDX-License-Identifier: GPL-2.0-only')
    print('What a ported file knows after #include <ntifs.h>, by the header that brings it.')
    for header in sorted(groups):
        print('\n' + header)
        line = '   '
        for name in sorted(groups[header]):
            if len(line) + len(name) > 110:
                print(line)
                line = '   '
            line += ' ' + name
        print(line)


main()
