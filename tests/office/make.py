"""Writers of office files, as small as they can be and still be such files: for tests, Python's own library only.

Each returns bytes.  What they write is laid out on purpose as real programs do not always do: runs inside words,
tracked deletions, text boxes twice (once for old readers), text objects out of order, names in GB18030.
"""
import base64
import io
import struct
import zipfile
from xml.sax.saxutils import escape, quoteattr

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
TYPES = XML + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'


def zipped(members, stored=()):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in members:
            info = zipfile.ZipInfo(name, (2021, 3, 5, 9, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            z.writestr(info, data)
    return out.getvalue()


def gbk_zip(members):
    """A zip as Windows programs in China write it: names in GBK, the flag of UTF-8 not set."""
    data = zipped([("N%05d" % i + "x" * (len(name.encode("gbk")) - 6), body) for i, (name, body) in enumerate(members)])
    for i, (name, _) in enumerate(members):
        raw = name.encode("gbk")
        data = data.replace(b"N%05d" % i + b"x" * (len(raw) - 6), raw)
    return data


def core(title="", creator="", extra=""):
    return (XML + '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>%s</dc:title><dc:creator>%s</dc:creator>%s</cp:coreProperties>' % (escape(title), escape(creator), extra))


def custom(pairs):
    return (XML + '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
            'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">' +
            "".join('<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="%d" name=%s><vt:lpwstr>%s</vt:lpwstr></property>' % (i + 2, quoteattr(k), escape(v))
                    for i, (k, v) in enumerate(pairs)) + "</Properties>")


def rels(pairs):
    return (XML + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' +
            "".join('<Relationship Id="%s" Type="%s%s" Target="%s"/>' % (i, REL, kind, target) for i, kind, target in pairs) + "</Relationships>")


def run(text):
    """In runs of three characters, as editors leave them."""
    return "".join('<w:r><w:rPr/><w:t xml:space="preserve">%s</w:t></w:r>' % escape(text[i:i + 3]) for i in range(0, len(text), 3))


def para(text):
    return "<w:p>%s</w:p>" % run(text)


def table(rows):
    return "<w:tbl>%s</w:tbl>" % "".join("<w:tr>%s</w:tr>" % "".join("<w:tc><w:tcPr/>%s</w:tc>" % "".join(para(p) for p in cell.split("\n")) for cell in row) for row in rows)


def docx(body, title="", pairs=(), notes=(), header="", footer=""):
    """body: XML of paragraphs and tables."""
    members = [("[Content_Types].xml", TYPES), ("word/document.xml", XML + "<w:document %s %s %s><w:body>%s<w:sectPr/></w:body></w:document>" % (W, R, MC, body)),
               ("docProps/core.xml", core(title))]
    if pairs:
        members.append(("docProps/custom.xml", custom(pairs)))
    if notes:
        members.append(("word/footnotes.xml", XML + '<w:footnotes %s><w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>%s</w:footnotes>'
                        % (W, "".join('<w:footnote w:id="%d">%s</w:footnote>' % (i, para(n)) for i, n in enumerate(notes)))))
    for name, text, tag in (("header1", header, "hdr"), ("footer1", footer, "ftr")):
        if text:
            members.append(("word/%s.xml" % name, XML + "<w:%s %s>%s</w:%s>" % (tag, W, para(text), tag)))
    return zipped(members)


def docx_of(lines, **more):
    return docx("".join(para(line) for line in lines), **more)


def column(i):
    name = ""
    i += 1
    while i:
        i, r = divmod(i - 1, 26)
        name = chr(65 + r) + name
    return name


def xlsx(sheets, shared=True, creator="", pairs=()):
    """sheets: (name, state, rows); a cell is text, a number, ("date", serial) or None. creator, pairs: properties of the file."""
    strings, numbers, parts = [], {}, []

    def cell(value, ref):
        if value is None:
            return ""
        if isinstance(value, tuple):
            return '<c r="%s" s="1"><v>%s</v></c>' % (ref, value[1])
        if isinstance(value, (int, float)):
            return '<c r="%s"><f>1+1</f><v>%r</v></c>' % (ref, value)
        if not shared:
            return '<c r="%s" t="inlineStr"><is><r><t xml:space="preserve">%s</t></r></is></c>' % (ref, escape(value))
        if value not in numbers:
            numbers[value] = len(strings)
            strings.append(value)
        return '<c r="%s" t="s"><v>%d</v></c>' % (ref, numbers[value])

    for name, state, rows in sheets:
        parts.append("".join('<row r="%d">%s</row>' % (y + 1, "".join(cell(v, "%s%d" % (column(x), y + 1)) for x, v in enumerate(row))) for y, row in enumerate(rows)))
    ns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    book = XML + "<workbook %s %s><sheets>%s</sheets></workbook>" % (ns, R, "".join(
        '<sheet name=%s sheetId="%d"%s r:id="rId%d"/>' % (quoteattr(n), i + 1, ' state="%s"' % s if s else "", i + 1) for i, (n, s, _) in enumerate(sheets)))
    members = [("[Content_Types].xml", TYPES), ("xl/workbook.xml", book), ("xl/_rels/workbook.xml.rels", rels([("rId%d" % (i + 1), "worksheet", "worksheets/sheet%d.xml" % (i + 1)) for i in range(len(sheets))])),
               ("xl/styles.xml", XML + '<styleSheet %s><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/></numFmts>'
                '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>' % ns)]
    members += [("xl/worksheets/sheet%d.xml" % (i + 1), XML + "<worksheet %s><sheetData>%s</sheetData></worksheet>" % (ns, p)) for i, p in enumerate(parts)]
    if creator:
        members.append(("docProps/core.xml", core(creator=creator)))
    if pairs:
        members.append(("docProps/custom.xml", custom(pairs)))
    if strings:
        members.append(("xl/sharedStrings.xml", XML + "<sst %s>%s</sst>" % (ns, "".join("<si><t xml:space=\"preserve\">%s</t></si>" % escape(s) for s in strings))))
    return zipped(members)


def pptx(slides):
    """slides: (lines, notes, hidden); stored in the package in another order than they are shown."""
    a = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    p = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    n = len(slides)
    members = [("[Content_Types].xml", TYPES),
               ("ppt/presentation.xml", XML + "<p:presentation %s %s><p:sldIdLst>%s</p:sldIdLst></p:presentation>" % (p, R, "".join('<p:sldId id="%d" r:id="rId%d"/>' % (256 + i, i + 1) for i in range(n)))),
               ("ppt/_rels/presentation.xml.rels", rels([("rId%d" % (i + 1), "slide", "slides/slide%d.xml" % (n - i)) for i in range(n)]))]
    for i, (lines, notes, hidden) in enumerate(slides):
        text = "".join("<a:p><a:r><a:t>%s</a:t></a:r></a:p>" % escape(line) for line in lines)
        members.append(("ppt/slides/slide%d.xml" % (n - i), XML + '<p:sld %s %s%s><p:cSld><p:spTree><p:sp><p:txBody>%s</p:txBody></p:sp></p:spTree></p:cSld></p:sld>' % (a, p, ' show="0"' if hidden else "", text)))
        if notes:
            members.append(("ppt/slides/_rels/slide%d.xml.rels" % (n - i), rels([("rId1", "notesSlide", "../notesSlides/notesSlide%d.xml" % i)])))
            members.append(("ppt/notesSlides/notesSlide%d.xml" % i, XML + "<p:notes %s %s><a:p><a:r><a:t>%s</a:t></a:r></a:p></p:notes>" % (a, p, escape(notes))))
    return zipped(members)


ODF = " ".join('xmlns:%s="urn:oasis:names:tc:opendocument:xmlns:%s:1.0"' % (k, k) for k in ("office", "text", "table", "style", "meta")) + \
    ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'


def odf(kind, body, styles="", title="", user=()):
    mime = "application/vnd.oasis.opendocument." + kind
    meta = XML + "<office:document-meta %s><office:meta><dc:title>%s</dc:title>%s</office:meta></office:document-meta>" % (
        ODF, escape(title), "".join("<meta:user-defined meta:name=%s>%s</meta:user-defined>" % (quoteattr(k), escape(v)) for k, v in user))
    tag = {"text": "text", "spreadsheet": "spreadsheet", "presentation": "presentation"}[kind]
    content = XML + "<office:document-content %s><office:automatic-styles>%s</office:automatic-styles><office:body><office:%s>%s</office:%s></office:body></office:document-content>" % (ODF, styles, tag, body, tag)
    return zipped([("mimetype", mime), ("content.xml", content), ("meta.xml", meta)], stored=("mimetype",))


def odt_of(lines, **more):
    """Spaces beyond the first are elements, as the format wants it."""
    def text(line):
        return escape(line).replace("  ", ' <text:s text:c="1"/>')
    return odf("text", "".join("<text:p>%s<text:span>%s</text:span></text:p>" % (text(line[:5]), text(line[5:])) for line in lines), **more)


def ods(sheets):
    body = styles = ""
    for i, (name, hidden, rows) in enumerate(sheets):
        styles += '<style:style style:name="ta%d" style:family="table"><style:table-properties table:display="%s"/></style:style>' % (i, "false" if hidden else "true")
        body += '<table:table table:name=%s table:style-name="ta%d">' % (quoteattr(name), i)
        for row in rows:
            body += "<table:table-row>%s</table:table-row>" % "".join("<table:table-cell/>" if c is None else "<table:table-cell><text:p>%s</text:p></table:table-cell>" % escape(c) for c in row)
        body += '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
    return odf("spreadsheet", body, styles)


O = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def text_object(number, x, y, size, text, delta=True):
    """Deltas with the short form for a row of equal ones."""
    steps = [size if ord(c) >= 0x1100 else size / 2 for c in text[:-1]]
    deltas, i = [], 0
    while i < len(steps):
        k = i
        while k < len(steps) and steps[k] == steps[i]:
            k += 1
        deltas += ["g %d %g" % (k - i, steps[i])] if k - i > 3 else ["%g" % steps[i]] * (k - i)
        i = k
    return '<ofd:TextObject ID="%d" Boundary="%g %g 160 8" Font="1" Size="%g"><ofd:TextCode X="0" Y="%g"%s>%s</ofd:TextCode></ofd:TextObject>' % (
        number, x, y, size, size, ' DeltaX="%s"' % " ".join(deltas) if delta and steps else "", escape(text))


def ofd(pages, title="", attachments=(), frame="", custom_data=(), shuffle=False):
    """pages: lists of (x, y, size, text); listed in Document.xml in their order, stored in the reverse one."""
    members = [("OFD.xml", XML + '<ofd:OFD %s Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID><ofd:Title>%s</ofd:Title><ofd:CreationDate>2021-03-05</ofd:CreationDate>'
                '<ofd:CustomDatas>%s</ofd:CustomDatas></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>' % (O, escape(title), "".join(
                    "<ofd:CustomData Name=%s>%s</ofd:CustomData>" % (quoteattr(k), escape(v)) for k, v in custom_data)))]
    listed = "".join('<ofd:Page ID="%d" BaseLoc="Pages/Page_%d/Content.xml"/>' % (100 + i, i) for i in range(len(pages)))
    members.append(("Doc_0/Document.xml", XML + "<ofd:Document %s><ofd:CommonData>%s</ofd:CommonData><ofd:Pages>%s</ofd:Pages>%s</ofd:Document>" % (
        O, '<ofd:TemplatePage ID="9" BaseLoc="Tpls/T.xml"/>' if frame else "", listed, "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>" if attachments else "")))
    for i in reversed(range(len(pages))):
        objects = [text_object(1000 * i + k, *line) for k, line in enumerate(pages[i])]
        if shuffle:
            objects = objects[1::2] + objects[0::2]
        members.append(("Doc_0/Pages/Page_%d/Content.xml" % i, XML + "<ofd:Page %s>%s<ofd:Content><ofd:Layer ID=\"2\"><ofd:PageBlock ID=\"3\">%s</ofd:PageBlock></ofd:Layer></ofd:Content></ofd:Page>" % (
            O, '<ofd:Template TemplateID="9"/>' if frame else "", "".join(objects))))
    if frame:
        members.append(("Doc_0/Tpls/T.xml", XML + "<ofd:Page %s><ofd:Content><ofd:Layer ID=\"2\">%s</ofd:Layer></ofd:Content></ofd:Page>" % (O, text_object(7, 30, 5, 3, frame))))
    if attachments:
        members.append(("Doc_0/Attachs/Attachments.xml", XML + "<ofd:Attachments %s>%s</ofd:Attachments>" % (O, "".join(
            '<ofd:Attachment ID="%d" Name=%s><ofd:FileLoc>%s</ofd:FileLoc></ofd:Attachment>' % (i, quoteattr(n), escape(n)) for i, (n, _) in enumerate(attachments)))))
        members += [("Doc_0/Attachs/" + n, data) for n, data in attachments]
    return zipped(members)


def laid_out(lines, size=5, width=30, rows=34, indent=2):
    """Paragraphs as pages of lines of so many Han characters: the first of each is indented, and pages have numbers."""
    pages, page, y = [], [], 20.0
    for line in lines:
        x, room, part, used = 20 + indent * size, width - indent, "", 0.0
        pieces = []
        for c in line:
            step = 1 if ord(c) >= 0x1100 else 0.5
            if used + step > room:
                pieces.append((x, part))
                x, room, part, used = 20, width, "", 0.0
            part += c
            used += step
        for x, part in pieces + ([(x, part)] if part else []):
            if len(page) == rows:
                pages.append(page)
                page, y = [], 20.0
            page.append((x, y, size, part))
            y += size * 1.5
    pages.append(page)
    for i, page in enumerate(pages):
        page.append((90, 285, 4, "- %d -" % (i + 1)))
    return pages


def pdf(pages, title="", encoding="UniGB-UCS2-H", author=""):
    """pages: lists of (x, y, size, text), millimetres from the top left; a font that is not embedded, its text by a map of poppler-data."""
    mm = 72 / 25.4
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", None,
               "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /%s /DescendantFonts [4 0 R] >>" % encoding,
               "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /DW 1000 /W [1 95 500 814 939 500] /FontDescriptor 5 0 R >>",
               "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
               "<< /Title <%s> /Author <%s> >>" % (("\ufeff" + title).encode("utf-16-be").hex(), ("\ufeff" + author).encode("utf-16-be").hex())]
    code = "utf-16-be" if "UCS2" in encoding or "UTF16" in encoding else "gbk"
    kids = []
    for lines in pages:
        stream = "BT\n" + "".join("/F1 %g Tf 1 0 0 1 %g %g Tm <%s> Tj\n" % (size * mm, x * mm, (297 - y - size) * mm, text.encode(code).hex()) for x, y, size, text in lines) + "ET\n"
        objects.append("<< /Length %d >>\nstream\n%sendstream" % (len(stream), stream))
        objects.append("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>" % len(objects))
        kids.append("%d 0 R" % len(objects))
    objects[1] = "<< /Type /Pages /Kids [%s] /Count %d >>" % (" ".join(kids), len(kids))
    out, places = b"%PDF-1.4\n", []
    for i, o in enumerate(objects):
        places.append(len(out))
        out += ("%d 0 obj\n%s\nendobj\n" % (i + 1, o)).encode("latin-1")
    start = len(out)
    out += ("xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + "".join("%010d 00000 n \n" % p for p in places)).encode()
    return out + ("trailer\n<< /Size %d /Root 1 0 R /Info 6 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)).encode()


def rtf(body, title="", props=(), fonts="{\\f0\\fcharset0 Times;}{\\f1\\fcharset134 SimSun;}"):
    def u(text):
        return "".join(c if 32 <= ord(c) < 127 and c not in "\\{}" else "\\u%d?" % (o if o < 32768 else o - 65536) for c in text
                       for o in struct.unpack("<%dH" % (len(c.encode("utf-16-le")) // 2), c.encode("utf-16-le")))
    own = "".join("{\\propname %s}\\proptype30{\\staticval %s}" % (u(k), u(v)) for k, v in props)
    return ("{\\rtf1\\ansi\\ansicpg936\\deff0{\\fonttbl%s}{\\colortbl;\\red0\\green0\\blue0;}{\\stylesheet{\\s0 Normal;}}{\\info{\\title %s}{\\author %s}}%s%s}" % (
        fonts, u(title), u("办公室"), "{\\*\\userprops %s}" % own if own else "", body.replace("\u0000", ""))).encode("gbk"), u


def rtf_of(lines):
    """Each line in three ways: as \\u, as bytes of GBK, as \\'hh."""
    _, u = rtf("")
    out = ""
    for i, line in enumerate(lines):
        try:
            raw = line.encode("gbk")
        except UnicodeEncodeError:
            raw = None
        out += "\\pard\\plain\\f1 " + (u(line) if i % 2 == 0 or raw is None else "".join("\\'%02x" % b for b in raw)) + "\\par\n"
    return rtf(out)[0]


def cfb(streams):
    """A compound file: streams by name, all of them in sectors of 512 bytes (each at least 4096 long)."""
    sectors, fat, entries = [], [], []

    def chain(data):
        first = len(sectors)
        data += b"\0" * (-len(data) % 512)
        count = len(data) // 512
        for i in range(count):
            sectors.append(data[512 * i:512 * (i + 1)])
            fat.append(first + i + 1 if i + 1 < count else 0xFFFFFFFE)
        return first

    for name, data in streams:
        size = max(len(data), 4096)
        entries.append((name, 2, chain(data + b"\0" * (size - len(data))), size))
    directory = b""
    for name, kind, first, size in [("Root Entry", 5, 0xFFFFFFFE, 0)] + entries:
        raw = name.encode("utf-16-le") + b"\0\0"
        directory += raw + b"\0" * (64 - len(raw)) + struct.pack("<HBBIII", len(raw), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, 1 if kind == 5 else 0xFFFFFFFF) + b"\0" * 36 + struct.pack("<III", first, size, 0)
    directory_at = chain(directory)
    count = 1
    while (len(fat) + count) > 128 * count:
        count += 1
    places = [len(sectors) + i for i in range(count)]
    fat += [0xFFFFFFFD] * count
    raw = b"".join(struct.pack("<I", f) for f in fat)
    raw += b"\xff" * (512 * count - len(raw))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6 + struct.pack("<IIIIIIIII", 0, count, directory_at, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += b"".join(struct.pack("<I", p) for p in places) + b"\xff" * (4 * (109 - count))
    return header + b"".join(sectors) + raw


def doc(text, footnotes="", deleted=(), narrow="", flags=0):
    """Word 97: body and footnotes in pieces of UTF-16, `narrow` before them as a piece of single bytes; deleted: (from, to) in characters of text."""
    start = 2048
    wide = (text + footnotes + "\r").encode("utf-16-le")
    single = narrow.encode("cp1252")
    main = bytearray(start + len(wide) + len(single))
    main[start:start + len(wide)] = wide
    main[start + len(wide):] = single
    n, m = len(wide) // 2, len(single)
    cps = [0, m, m + n] if m else [0, n]
    pieces = [((start + len(wide)) * 2 | 0x40000000)] * bool(m) + [start]
    plc = b"".join(struct.pack("<I", c) for c in cps) + b"".join(struct.pack("<HIH", 0, fc, 0) for fc in pieces)
    clx = struct.pack("<BH", 1, 2) + b"\0\0" + struct.pack("<BI", 2, len(plc)) + plc
    table = clx
    # One page of formats: runs with and without the sprm of a deletion.
    places, runs = [start], []
    for a, b in deleted:
        places += [start + 2 * a, start + 2 * b]
        runs += [False, True]
    places.append(start + len(wide))
    runs.append(False)
    page = bytearray(512)
    for i, p in enumerate(places):
        struct.pack_into("<I", page, 4 * i, p)
    page[400:404] = struct.pack("<BHB", 3, 0x0800, 1)
    for i, is_deleted in enumerate(runs):
        page[4 * len(places) + i] = 200 if is_deleted else 0
    page[511] = len(runs)
    main += b"\0" * (-len(main) % 512)
    page_at = len(main) // 512
    main += page
    bte = struct.pack("<III", start, start + len(wide), page_at)
    bte_at = len(table)
    table += bte
    struct.pack_into("<HH", main, 0, 0xA5EC, 193)
    struct.pack_into("<H", main, 10, 0x0200 | flags)
    struct.pack_into("<H", main, 32, 14)
    struct.pack_into("<H", main, 62, 22)
    struct.pack_into("<II", main, 0x4C, m + len(text), len(footnotes))
    struct.pack_into("<H", main, 152, 93)
    struct.pack_into("<II", main, 154 + 8 * 33, 0, len(clx))
    struct.pack_into("<II", main, 154 + 8 * 12, bte_at, len(bte))
    return cfb([("WordDocument", bytes(main)), ("1Table", table)])


def xls(sheets, cut=40):
    """Excel 97: sheets as for xlsx(). Shared strings go on in CONTINUE records after so many bytes, inside of a string too."""
    def record(kind, data):
        return struct.pack("<HH", kind, len(data)) + data

    strings, numbers = [], {}
    for _, _, rows in sheets:
        for row in rows:
            for v in row:
                if isinstance(v, str) and v not in numbers:
                    numbers[v] = len(strings)
                    strings.append(v)
    records, data = [], struct.pack("<II", len(strings), len(strings))
    for s in strings:
        units = s.encode("utf-16-le")
        data += struct.pack("<HB", len(units) // 2, 1)
        for i in range(0, len(units), 2):
            if len(data) >= cut:
                records.append(data)
                data = b"\1"
            data += units[i:i + 2]
    records.append(data)
    sst = b"".join(record(0xFC if i == 0 else 0x3C, r) for i, r in enumerate(records))
    code = 'yyyy"年"m"月"d"日"'
    fixed = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)) + record(0x41E, struct.pack("<HHB", 164, len(code), 1) + code.encode("utf-16-le"))
    fixed += record(0xE0, struct.pack("<HH", 0, 0) + b"\0" * 16) + record(0xE0, struct.pack("<HH", 0, 164) + b"\0" * 16)
    names = [struct.pack("<BB", len(n), 1) + n.encode("utf-16-le") for n, _, _ in sheets]
    size = len(fixed) + sum(4 + 6 + len(n) for n in names) + len(sst) + 4
    bodies, places = b"", []
    for _, _, rows in sheets:
        places.append(size + len(bodies))
        bodies += record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
        for y, row in enumerate(rows):
            for x, v in enumerate(row):
                if isinstance(v, str):
                    bodies += record(0xFD, struct.pack("<HHHI", y, x, 0, numbers[v]))
                elif isinstance(v, tuple):
                    bodies += record(0x203, struct.pack("<HHHd", y, x, 1, v[1]))
                elif isinstance(v, int):
                    bodies += record(0x27E, struct.pack("<HHHi", y, x, 0, v << 2 | 2))
                elif isinstance(v, float):
                    bodies += record(0x06, struct.pack("<HHHdHI", y, x, 0, v, 0, 0))
        bodies += record(0x0A, b"")
    sheets_at = b"".join(record(0x85, struct.pack("<IBB", at, 0 if s[1] == "" else 1, 0) + n) for at, s, n in zip(places, sheets, names))
    return cfb([("Workbook", fixed + sheets_at + sst + record(0x0A, b"") + bodies)])


def mail(subject, parts, charset="gb2312", kind="mixed"):
    """parts: (type, name or None, bytes, coding)."""
    out = "From: =?%s?B?%s?= <a@example.org>\r\nTo: b@example.org\r\nSubject: =?%s?B?%s?=\r\n =?%s?Q?%s?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/%s;\r\n\tboundary=\"=_b\"\r\n\r\nnot for readers\r\n" % (
        charset, base64.b64encode("镇政府".encode(charset)).decode(), charset, base64.b64encode(subject[:4].encode(charset)).decode(), charset,
        "".join("=%02X" % b for b in subject[4:].encode(charset)), kind)
    for kind, name, data, coding in parts:
        body = base64.encodebytes(data).decode() if coding == "base64" else "".join("=%02X" % b for b in data) if coding == "quoted-printable" else data.decode("latin-1")
        out += "--=_b\r\nContent-Type: %s\r\n%sContent-Transfer-Encoding: %s\r\n\r\n%s\r\n" % (
            kind, "Content-Disposition: attachment;\r\n filename=\"=?utf-8?B?%s?=\"\r\n" % base64.b64encode(name.encode()).decode() if name else "", coding, body)
    return (out + "--=_b--\r\n").encode("latin-1")
