#!/bin/bash
test_description='office files made for the purpose: text, titles, metadata, tables, hidden sheets, places on pages, files inside of files'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

check() { python3 -B "$SRC/tests/office/check.py" "$@"; }

test_expect_success 'DOCX: runs, tables, boxes once, footnotes, headers; not what was deleted; properties' 'check word'
test_expect_success 'XLSX and ODS: cells in their columns, days as days, hidden sheets taken in and marked' 'check sheets'
test_expect_success 'PPTX: slides as they are shown, notes, hidden ones noted' 'check slides'
test_expect_success 'ODT: spaces, notes, boxes, tables; not what was deleted, not annotations' 'check odf'
test_expect_success 'OFD: order of pages, places, deltas, columns, templates, attachments' 'check ofd'
test_expect_success 'bundles: zip with names in GBK, tar.gz, nesting to its limit, members that cannot be read' 'check bundles'
test_expect_success 'RTF: unicode, code pages, tables, properties; not what was deleted; groups as deep as a file likes' 'check rtf'
test_expect_success 'DOC, XLS and their WPS names: pieces, tables, deletions, strings over several records, passwords' 'check office97'
test_expect_success 'CSV: quotes, GB18030; prose with commas is no table' 'check csv'
test_expect_success 'mail: words and bodies in their encodings, the better of two alternatives, attachments' 'check mail'
test_expect_success 'rare characters of names (镕 喆 㐀 𠮷) from every encoding, declared right, wrongly or not at all, and out of every container' 'check encodings'
test_expect_success_if pdftotext -- 'PDF: paragraphs, columns, properties, fonts that are not embedded; also inside of a bundle' 'check pdf'
if command -v tesseract >/dev/null && tesseract --list-langs 2>/dev/null | grep -q chi_sim && fc-list :lang=zh-cn 2>/dev/null | grep -q .; then
	test_expect_success 'images and scans, read by tesseract and marked so' 'check ocr'
else
	test_skip 'images and scans, read by tesseract and marked so' 'no tesseract with chi_sim here, or no Chinese font to draw a page with'
fi
test_expect_success 'ingest takes them the same way' '
	python3 -B -c "
import sys
sys.path.insert(0, sys.argv[1] + \"/tests/office\")
import make
open(\"a.docx\", \"wb\").write(make.docx_of([\"关于秸秆禁烧的通告\", \"露天焚烧秸秆的，依法处罚。\"], pairs=[(\"PubDate\", \"2021-03-05\")]))
open(\"b.xlsx\", \"wb\").write(make.xlsx([(\"名册\", \"\", [[\"受补助农户\"]])]))" "$SRC" &&
	gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null && gongkai ingest a.docx b.xlsx | grep "收入 2 件" &&
	gongkai search --json 露天焚烧秸秆 >out && test "$(json out "[d[\"total\"], d[\"hits\"][0][\"title\"], d[\"hits\"][0][\"dates\"][\"published\"]]")" = "[1, \"关于秸秆禁烧的通告\", \"2021-03-05\"]" &&
	gongkai search --json 受补助农户 >out && test "$(json out "d[\"total\"]")" = 1
'
test_done
