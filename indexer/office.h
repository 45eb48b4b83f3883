/*
 * A document of ours (DOCX) as PDF, by the LibreOffice of this machine. It is our own document that it reads, in a folder and with a profile of their
 * own that are removed afterwards; it is not confined as extraction is, and never given a file that somebody sent.
 */
#ifndef GK_OFFICE_H
#define GK_OFFICE_H

#include "base/buf.h"
#include "base/status.h"

/* The program: $GONGKAI_SOFFICE, else soffice or libreoffice of the PATH. */
#define OFFICE_HINT_ZH "安装 LibreOffice 和中文字体：apt-get install libreoffice-writer fonts-noto-cjk；或用 --format docx，在办公软件里另存为 PDF"
#define OFFICE_HINT_EN "install LibreOffice and Chinese fonts: apt-get install libreoffice-writer fonts-noto-cjk; or --format docx, and save as PDF from an office program"

/* Appends the PDF. NO_ACCESS: there is no LibreOffice; BAD_DATA: it made none, or took longer than OFFICE_SECONDS. */
enum { OFFICE_SECONDS = 120 };
enum gk_status office_pdf(const struct gk_buf *docx, struct gk_buf *pdf, struct gk_err *err);

#endif
