/*
 * What a paper says of itself by its layout (GB/T 9704-2012), where no label names it:
 *
 *   青石镇人民政府文件                        the red head: who issued it, the lead body first
 *   青石府发〔2021〕3号　　签发人：张三       its number; of pages also below the title
 *   关于……的通知
 *   各村民委员会：                            to whom
 *   ……
 *   青石镇人民政府                            the signature
 *   2021年3月5日                              the day it was made
 *   抄送：……                                 copies
 *   青石镇人民政府办公室　2021年3月6日印发    the day of issue
 *
 * A line is taken for one of these only if it is nothing else: a number within a sentence is that of another paper.  All of it is
 * inferred: what the source states counts before it, and a person may correct it.
 */
#ifndef GK_PAPER_H
#define GK_PAPER_H

#include <jansson.h>
#include <stddef.h>

/*
 * { "docno": { "value": "青石府发〔2021〕3号", "at": 31, "bytes": 26, "line": 2 }, "issuer": { "value": ["青石镇人民政府"], … }, … }: keys of record/field.h; at and
 * bytes are a place of the text, line counts from 1.  title: as it is known, or "".  Empty if nothing is found; NULL when memory ends.  Linear in n.
 */
json_t *gk_paper_read(const char *text, size_t n, const char *title);

/* Into meta what the paper says and meta lacks.  What was taken is a member of the result (as above), NULL when memory ends. */
json_t *gk_paper_infer(const char *text, size_t n, json_t *meta);

#endif
