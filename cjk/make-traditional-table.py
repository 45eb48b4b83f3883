#!/usr/bin/env python3
"""Writes traditional-table.h: what simplified characters, and words of them, are in traditional writing.

    make-traditional-table.py --unihan=DIR --words=data/traditional.tsv --out=traditional-table.h

    reviewed rows    data/traditional.tsv
    everything else  kTraditionalVariant: the only candidate; of two, one of which is the character itself, the other one.
                     A character with more candidates and no row stays as it is.

Runs at build time only; the standard library is all it needs.
"""
import argparse

from unihan import array, fail, read_table, write


def read_words(path):
    char, word = {}, []
    with open(path, encoding='utf-8') as f:
        for number, line in enumerate(f, 1):
            line = line.rstrip('\n')
            if not line or line.startswith('#'):
                continue
            part = line.split('\t')
            if len(part) != 2 or len(part[0]) != len(part[1]) or not part[0] or any(ord(c) > 0xFFFF for c in part[0] + part[1]):
                fail("'%s' line %d: wanted 'simplified TAB traditional', of the same length" % (path, number))
            if len(part[0]) == 1:
                char[ord(part[0])] = ord(part[1])
            else:
                word.append((part[0], part[1]))
    return char, word


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ('unihan', 'words', 'out'):
        p.add_argument('--' + name, required=True)
    args = p.parse_args()
    char, word = read_words(args.words)
    for line in read_table(args.unihan, 'Unihan_Variants.txt'):
        part = line.split('\t')
        if len(part) != 3 or part[1] != 'kTraditionalVariant':
            continue
        c, to = int(part[0][2:], 16), [int(v.split('<')[0][2:], 16) for v in part[2].split()]
        others = [v for v in to if v != c]
        if c not in char and c <= 0xFFFF and len(others) == 1 and others[0] <= 0xFFFF:
            char[c] = others[0]
    pairs = sorted((c, t) for c, t in char.items() if c != t)
    # Longest first among those that begin alike, so that the first that fits is the right one.
    word.sort(key=lambda w: (ord(w[0][0]), -len(w[0]), w[0]))
    text = '/* Made by make-traditional-table.py. */\n'
    for name, at in (('char_from', 0), ('char_to', 1)):
        text += '\n'.join(array('uint16_t', name, [p[at] for p in pairs], 16))
    text += 'static const struct { uint16_t first; const char *from, *to; } words[] = {\n%s};\n' % ''.join(
        '\t{ %d, "%s", "%s" },\n' % (ord(a[0]), a, b) for a, b in word)
    write(args.out, text)


main()
