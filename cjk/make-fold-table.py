#!/usr/bin/env python3
"""Writes fold-table.h: what every code point folds to, and what kind it is.

    make-fold-table.py --unihan=DIR --variants=data/ambiguous-variants.tsv --out=fold-table.h

One code point is folded until nothing changes any more:

    NFKC      Ａ to A, ㎡ to m2, compatibility ideographs to unified ones
    radicals  ⻓ (as PDF files carry it) to 长, from EquivalentUnifiedIdeograph.txt
    case      A to a, ß to ss
    繁 to 简  data/ambiguous-variants.tsv, then kSimplifiedVariant where there is one
              candidate and that is in the basic plane or in the list of 8105 (kTGH)

Runs at build time only; the standard library is all it needs.
"""
import argparse
import unicodedata

from unihan import array, blocks_of, fail, read_table, write

LIMIT = 0x40000        # planes 0 to 3; fold.c knows by rule what is above

# The classes of cjk/table.h.
SEPARATOR, HAN, KANA, HANGUL, WORD = range(5)
CHANGES, LONG, COMPOSES, SPELLING = 0x10, 0x20, 0x40, 0x80


def read_variants(path):
    """The reviewed decisions: from, to, reason."""
    decided = {}
    with open(path, encoding='utf-8') as f:
        for number, line in enumerate(f, 1):
            line = line.rstrip('\n')
            if not line or line.startswith('#'):
                continue
            part = line.split('\t')
            if len(part) != 3 or len(part[0]) != 1 or len(part[1]) != 1 or not part[2]:
                fail("'%s' line %d: wanted 'from TAB to TAB reason'" % (path, number))
            if ord(part[0]) in decided:
                fail("'%s' line %d: %s is decided twice" % (path, number, part[0]))
            decided[ord(part[0])] = part[1]
    return decided


def code(field):
    return int(field.split('<')[0].replace('U+', ''), 16)


def read_simplified(folder, decided):
    """kSimplifiedVariant as far as it may be believed, under the reviewed list."""
    common = {code(line.split('\t')[0]) for line in read_table(folder, 'Unihan_OtherMappings.txt')
              if '\tkTGH\t' in line}
    if len(common) < 8000:
        fail("'Unihan_OtherMappings.txt' in '%s' has no kTGH list" % folder)
    simple = {}
    for line in read_table(folder, 'Unihan_Variants.txt'):
        part = line.split('\t')
        if len(part) != 3 or part[1] != 'kSimplifiedVariant':
            continue
        c, to = code(part[0]), [code(v) for v in part[2].split()]
        if c in decided or to == [c]:
            continue
        if len(to) > 1:
            fail('%s (U+%04X) has several simplified forms and no row in the reviewed list' % (chr(c), c))
        if to[0] > 0xFFFF and to[0] not in common:
            continue
        if c in common:
            fail('%s (U+%04X) is in common use, would become %s, and has no row in the reviewed list'
                 % (chr(c), c, chr(to[0])))
        simple[c] = chr(to[0])
    simple.update((c, to) for c, to in decided.items() if to != chr(c))
    return simple


def read_radicals(folder):
    radicals = {}
    for line in read_table(folder, 'EquivalentUnifiedIdeograph.txt'):
        line = line.split('#')[0]
        if ';' not in line:
            continue
        span, to = (part.strip() for part in line.split(';'))
        first, last = (span.split('..') * 2)[:2]
        for c in range(int(first, 16), int(last, 16) + 1):
            if 0x2E80 <= c <= 0x2FD5:
                radicals[c] = chr(int(to, 16))
    return radicals


def dropped(c):
    """Signs without a picture, which web pages strew between characters."""
    return (c == 0x00AD or c == 0x034F or 0x180B <= c <= 0x180F or 0x200B <= c <= 0x200F
            or 0x202A <= c <= 0x202E or 0x2060 <= c <= 0x206F or 0xFE00 <= c <= 0xFE0F or c == 0xFEFF)


def is_mark(ch):
    return unicodedata.category(ch)[0] == 'M'


def compatible(ch):
    """NFKC of one code point, where it helps a reader."""
    to = unicodedata.normalize('NFKC', ch)
    if ' ' in to and any(is_mark(t) for t in to):
        return ch                       # ¨ is no space with a mark on it
    kind = unicodedata.decomposition(ch).split(' ')[0]
    if unicodedata.category(ch) == 'No' and kind in ('<circle>', '<compat>', '<fraction>') and to[0].isdigit():
        return ' ' + to + ' '           # ①2021年 must not become 12021年
    return to


def fold(ch, radicals, simple):
    """The whole folding of one code point; also what it would be with case alone left out."""
    if dropped(ord(ch)):
        return ''
    if ord(ch) == 0:
        return ' '
    text = ch
    for _ in range(8):
        before = text
        text = ''.join(compatible(t) for t in text)
        text = ''.join(radicals.get(ord(t), t) for t in text)
        text = unicodedata.normalize('NFC', text.casefold())
        text = ''.join(simple.get(ord(t), t) for t in text)
        if text == before:
            return text
    fail('U+%04X never comes to rest' % ord(ch))


def class_of(c):
    if (0x3400 <= c <= 0x4DBF or 0x4E00 <= c <= 0x9FFF or 0xF900 <= c <= 0xFAFF or 0x20000 <= c <= 0x3FFFD
            or 0x2E80 <= c <= 0x2FD5 or 0x3005 <= c <= 0x3007 or 0x3021 <= c <= 0x3029 or 0x3038 <= c <= 0x303B):
        return HAN
    group = unicodedata.category(chr(c))[0]
    if group not in 'LNM':
        return SEPARATOR
    if c in (0x115F, 0x1160, 0x3164, 0xFFA0):
        return SEPARATOR                # the Hangul fillers, which are blank
    if group == 'L' and (0x3041 <= c <= 0x30FF or 0x31F0 <= c <= 0x31FF or 0xFF66 <= c <= 0xFF9D
                         or 0x1AFF0 <= c <= 0x1B16F):
        return KANA
    if (0xAC00 <= c <= 0xD7A3 or 0x1100 <= c <= 0x11FF or 0x3131 <= c <= 0x318E or 0xA960 <= c <= 0xA97C
            or 0xD7B0 <= c <= 0xD7FB or 0xFFA1 <= c <= 0xFFDC):
        return HANGUL
    return WORD


def spelling(ch, to):
    """Would a reader call it another spelling?  Not case alone, not punctuation, not a blank."""
    if all(class_of(ord(t)) == SEPARATOR for t in to):
        return False
    return to != unicodedata.normalize('NFC', ch.casefold())


def compositions(folds):
    """Base and mark that were typed apart: e and U+0301, か and U+3099."""
    pairs = {}
    for c in range(0x10000):
        part = unicodedata.decomposition(chr(c)).split(' ')
        if len(part) != 2 or part[0].startswith('<'):
            continue
        base, mark = int(part[0], 16), int(part[1], 16)
        if base > 0xFFFF or mark > 0xFFFF or not is_mark(chr(mark)) or is_mark(chr(base)):
            continue
        if any(folds.get(x, chr(x)) != chr(x) for x in (base, mark, c)):
            continue
        if unicodedata.normalize('NFC', chr(base) + chr(mark)) == chr(c):
            pairs[(mark, base)] = c
    return pairs


def table(folds):
    pairs = compositions(folds)
    marks = {mark for mark, _ in pairs}
    info, fold_to, pool, where, known = [], [], bytearray(), [0], {}
    for c in range(LIMIT):
        surrogate = 0xD800 <= c <= 0xDFFF
        flags, to = SEPARATOR if surrogate else class_of(c), folds.get(c)
        value = 0
        if c in marks:
            flags |= COMPOSES
        if to is not None:
            flags |= CHANGES | (SPELLING if spelling(chr(c), to) else 0)
            # A single character of the basic plane fits into the table; all else is a string.
            if len(to) == 1 and ord(to) < 0x10000 and ord(to) not in marks:
                value = ord(to)
            else:
                flags |= LONG
                if to not in known:
                    known[to] = len(where) - 1
                    pool += to.encode('utf-8')
                    where.append(len(pool))
                value = known[to]
        info.append(flags)
        fold_to.append(value)
    longest = max(b - a for a, b in zip(where, where[1:]))
    out = ['/* Made by make-fold-table.py; see there.  Unicode %s. */' % unicodedata.unidata_version, '',
           'enum { GK_FOLD_LONGEST = %d, GK_FOLD_PAIRS = %d };' % (longest, len(pairs)), '']
    index, blocks = blocks_of(info)
    out += array('uint16_t', 'gk_cjk_info_index', index, 24) + array('uint8_t', 'gk_cjk_info_block', blocks, 32)
    index, blocks = blocks_of(fold_to)
    out += array('uint16_t', 'gk_cjk_fold_index', index, 24) + array('uint16_t', 'gk_cjk_fold_block', blocks, 24)
    out += ['static ' + line if line.startswith('const') else line for line in
            array('uint16_t', 'long_at', where, 24) + array('uint8_t', 'long_text', list(pool), 32)
            + array('uint32_t', 'pair_key', [m << 16 | b for m, b in sorted(pairs)], 12)
            + array('uint16_t', 'pair_to', [pairs[p] for p in sorted(pairs)], 16)]
    return '\n'.join(out)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    for name in ('unihan', 'variants', 'out'):
        parser.add_argument('--' + name, required=True)
    parser.add_argument('--list', action='store_true', help='print every folding of one Han character, for review')
    args = parser.parse_args()
    simple = read_simplified(args.unihan, read_variants(args.variants))
    radicals = read_radicals(args.unihan)
    folds = {}
    for c in range(LIMIT):
        if not 0xD800 <= c <= 0xDFFF:
            to = fold(chr(c), radicals, simple)
            if to != chr(c):
                folds[c] = to
    for c, to in folds.items():
        for t in to:
            if folds.get(ord(t), t) != t:
                fail('U+%04X folds to %s, which folds on' % (c, to))
    if args.list:
        for c, to in sorted(folds.items()):
            if class_of(c) == HAN:
                print('U+%04X\t%s\t%s' % (c, chr(c), to))
    write(args.out, table(folds))


main()
