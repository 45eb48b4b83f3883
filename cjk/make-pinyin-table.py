#!/usr/bin/env python3
"""Writes pinyin-table.h: how characters are read, and which ones look alike.

    make-pinyin-table.py --unihan=DIR --out=pinyin-table.h

Readings are toneless, ü is v: kHanyuPinlu first, which counts how often each is heard,
then kMandarin, then kTGHZ2013 (行 xing, hang, heng).  Homophones and look-alikes are
looked for among the characters in common use (kTGH) only.

Two characters look alike if one could be taken for the other: their Cangjie codes, which
spell a character by its parts, differ in one letter (清 EQMB, 情 PQMB), or all four
corners are the same (kFourCornerCode: 未 末 5090) and the codes are not far apart.
"""
import argparse
import re
import unicodedata

from unihan import array, blocks_of, fail, read_fields, write

ALIKE_MOST = 16
READINGS_MOST = 6


def toneless(reading):
    plain = unicodedata.normalize('NFD', reading.lower().replace('ü', 'v'))
    text = ''.join(c for c in plain.replace('u\u0308', 'v') if not unicodedata.combining(c))
    return text if re.fullmatch('[a-z]{1,6}', text) else None


def read_readings(fields):
    """{code point: [(syllable, how often)]}, commonest first."""
    heard = {}
    for c, value in fields['kHanyuPinlu'].items():
        for part in value.split():
            match = re.fullmatch(r'(\w+)\((\d+)\)', unicodedata.normalize('NFC', part))
            syllable = match and toneless(match[1])
            if syllable:
                count = heard.setdefault(c, {})
                count[syllable] = count.get(syllable, 0) + int(match[2])
    readings = {c: sorted(count.items(), key=lambda item: (-item[1], item[0])) for c, count in heard.items()}
    for field in ('kMandarin', 'kTGHZ2013'):
        for c, value in fields[field].items():
            have = readings.setdefault(c, [])
            for part in value.split():
                syllable = toneless(part.split(':')[-1])
                if syllable and all(syllable != s for s, _ in have) and len(have) < READINGS_MOST:
                    have.append((syllable, 0))
    return {c: have for c, have in readings.items() if have and c < 0x10000}


def distance(a, b):
    """Letters to put in, take out, replace or swap."""
    rows = [list(range(len(b) + 1))]
    for i in range(1, len(a) + 1):
        rows.append([i] + [0] * len(b))
        for j in range(1, len(b) + 1):
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


def look_alikes(common, fields):
    """{code point: [look-alikes, the most alike first]}"""
    code = {c: fields['kCangjie'][c] for c in common if c in fields['kCangjie']}
    corner = {c: fields['kFourCornerCode'][c].split()[0][:4] for c in common if c in fields['kFourCornerCode']}
    stroke = {c: int(fields['kTotalStrokes'][c].split()[0]) for c in common if c in fields['kTotalStrokes']}
    near = {}
    for c in code:
        # Codes that are one letter apart have a code with one letter left out, or masked, in common.
        keys = {code[c]} | {code[c][:i] + mask + code[c][i + 1:] for i in range(len(code[c])) for mask in ('', '*')}
        if c in corner:
            keys.add(corner[c])
        for key in keys:
            near.setdefault(key, set()).add(c)
    pairs = {}
    for group in near.values():
        for a in group:
            pairs.setdefault(a, set()).update(group)
    alike = {}
    for a in code:
        scored = []
        for b in pairs[a] - {a}:
            d = distance(code[a], code[b])
            same = sum(x == y for x, y in zip(corner.get(a, ''), corner.get(b, '')))
            strokes = abs(stroke.get(a, 0) - stroke.get(b, 0))
            length = min(len(code[a]), len(code[b]))
            if strokes <= 4 and (d <= 1 and (length >= 3 or same >= 3) or same == 4 and d <= 2):
                scored.append((d / length - same / 4 + strokes / 16, b))
        alike[a] = [b for _, b in sorted(scored)[:ALIKE_MOST]]
    return alike


def lists(name, rows):
    """Lists end to end, and where each begins."""
    at, flat = [0], []
    for row in rows:
        flat += row
        at.append(len(flat))
    return static('uint32_t', name + '_at', at) + static('uint16_t', name, flat)


def static(kind, name, values):
    return ['static ' + line if line.startswith('const') else line for line in array(kind, name, values, 16)]


def table(readings, common, alike):
    syllables = sorted({s for have in readings.values() for s, _ in have})
    number = {s: i for i, s in enumerate(syllables)}
    sets, by_syllable, of_character = {}, {}, [0] * 0x10000
    for c, have in sorted(readings.items()):
        of_character[c] = sets.setdefault(tuple(number[s] for s, _ in have), len(sets) + 1)
        for s, count in have:
            if c in common:
                by_syllable.setdefault(s, []).append((-count, c))
    index, block = blocks_of(of_character)
    out = ['/* Made by make-pinyin-table.py; see there. */', '',
           'enum { SYLLABLES = %d, ALIKE_CHARACTERS = %d };' % (len(syllables), len(alike)), '',
           'static const char syllable_text[SYLLABLES][8] = {']
    out += ['\t"%s",' % s for s in syllables] + ['};', '']
    out += static('uint16_t', 'reading_index', index) + static('uint16_t', 'reading_block', block)
    out += lists('reading', [[]] + list(sets))
    out += lists('homophone', [[c for _, c in sorted(by_syllable.get(s, []))] for s in syllables])
    out += static('uint16_t', 'alike_character', sorted(alike)) + lists('alike', [alike[c] for c in sorted(alike)])
    return '\n'.join(out)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    for name in ('unihan', 'out'):
        parser.add_argument('--' + name, required=True)
    args = parser.parse_args()
    fields = {}
    for name, wanted in (('Unihan_Readings.txt', ('kHanyuPinlu', 'kMandarin', 'kTGHZ2013')),
                         ('Unihan_OtherMappings.txt', ('kTGH',)),
                         ('Unihan_DictionaryLikeData.txt', ('kCangjie', 'kFourCornerCode')),
                         ('Unihan_IRGSources.txt', ('kTotalStrokes',))):
        fields.update(read_fields(args.unihan, name, wanted))
    common = {c for c in fields['kTGH'] if c < 0x10000}
    readings = read_readings(fields)
    silent = [chr(c) for c in sorted(common) if c not in readings]
    if silent:
        fail('no reading for %s' % ''.join(silent))
    write(args.out, table(readings, common, look_alikes(common, fields)))


main()
