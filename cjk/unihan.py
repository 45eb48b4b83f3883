"""What the generators of tables in this folder share: reading Unihan, writing arrays of C.

Build time only, standard library only.  The tables of the Unicode consortium are
read plain, .bz2, .gz or out of Unihan.zip.
"""
import bz2
import gzip
import io
import os
import sys
import zipfile

BLOCK = 64             # one block is what the last byte of UTF-8 tells apart


def fail(message):
    sys.exit('%s: %s' % (os.path.basename(sys.argv[0]), message))


def read_table(folder, name):
    """Lines of a Unicode table, whatever it is packed in."""
    path = os.path.join(folder, name)
    for suffix, opener in (('', open), ('.bz2', bz2.open), ('.gz', gzip.open)):
        if os.path.exists(path + suffix):
            with opener(path + suffix, 'rt', encoding='utf-8') as f:
                return f.read().split('\n')
    archive = os.path.join(folder, 'Unihan.zip')
    if os.path.exists(archive):
        with zipfile.ZipFile(archive) as z:
            if name in z.namelist():
                return io.TextIOWrapper(z.open(name), encoding='utf-8').read().split('\n')
    fail("cannot find '%s' (nor .bz2, .gz, Unihan.zip) in '%s'\n"
         'hint: apt-get install unicode-data, or configure --with-unihan=DIR' % (name, folder))


def read_fields(folder, name, wanted):
    """{field: {code point: value}} of one Unihan file."""
    fields = {field: {} for field in wanted}
    for line in read_table(folder, name):
        part = line.split('\t')
        if len(part) == 3 and part[1] in fields:
            fields[part[1]][int(part[0][2:], 16)] = part[2]
    for field, values in fields.items():
        if not values:
            fail("'%s' in '%s' has no %s" % (name, folder, field))
    return fields


def blocks_of(values):
    """Two stages: the number of its block for each 64 values, and the blocks, each once."""
    index, blocks, seen = [], [], {}
    for at in range(0, len(values), BLOCK):
        block = tuple(values[at:at + BLOCK])
        if block not in seen:
            seen[block] = len(blocks)
            blocks.append(block)
        index.append(seen[block])
    return index, [v for block in blocks for v in block]


def array(kind, name, values, per_line):
    if max(values) >= {'uint8_t': 1 << 8, 'uint16_t': 1 << 16, 'uint32_t': 1 << 32}[kind]:
        fail('%s needs wider numbers' % name)
    lines = ['const %s %s[%d] = {' % (kind, name, len(values))]
    for at in range(0, len(values), per_line):
        lines.append('\t' + ', '.join(str(v) for v in values[at:at + per_line]) + ',')
    return lines + ['};', '']


def write(path, text):
    """Written beside and renamed: a build that was stopped leaves no half table."""
    with open(path + '.new', 'w', encoding='utf-8') as f:
        f.write(text)
    os.replace(path + '.new', path)
