/*
 * The writing half: write.h over Xapian::WritableDatabase.
 *
 * Everything between two commits runs inside one Xapian transaction, and not for
 * the sake of a rollback alone: outside of one, glass commits by itself whenever
 * the flush threshold is reached, and readers would see documents whose mark is
 * not written yet.  Inside, the flush still bounds memory but shows nothing.
 *
 * When Xapian throws in the middle of a change it drops all that is not committed.
 * So what a caller may get wrong is refused before Xapian sees it, and after any
 * exception the writer is dead: a batch with a hole must not be committed.
 */
#include "xapianc/guard.hh"
#include "xapianc/write.h"

extern "C" {
#include "base/io.h"
}

#include <algorithm>
#include <memory>
#include <vector>

#include <malloc.h>
#include <sys/stat.h>
#include <unistd.h>

using xc::act;
using xc::guarded;

/*
 * When Xapian turns what it has in memory into blocks.  It counts documents (index-design.md 8;
 * read from the environment when it opens), but what costs memory, and cache misses in a map of
 * all pending terms, are postings: 1,000 laws of 2,000 terms are 230 MB, 1,000 notices 30 MB.
 * So documents are the outer limit, and postings are counted here.
 */
static const char flush_threshold[] = "1000";
static constexpr size_t flush_postings = 300 * 1000;
/* Blocks of what is compacted.  Of 100,000 documents: 276.1 MB with the usual 8 KiB, 271.1 with 16, 267.8 with 32; a look-up reads a block. */
static constexpr int compact_block = 16 * 1024;
/* safety.md L29. */
static constexpr size_t max_data = 64 * 1024;

static void (*end_for_memory)(void);

/* The index that is being written to, NULL between the steps: what the handler below knows of where it happened. */
static const char *writing;
static constexpr uint64_t room_wanted = 64 * 1024 * 1024;

/*
 * libxapian throws out of a destructor when the device refuses in the midst of merging posting lists into an index without term
 * lists.  There is no way back from that, and none is needed: what was acknowledged is in the archive, and the next commit
 * begins at the last one.  So the program ends as it would have with the error in its hands.
 */
static void
end_for_error() noexcept
{
	const int said = errno;
	gk_err err = GK_ERR_INIT;
	char text[2 * GK_ERR_WHAT];
	int n;

	/* Thrown while another one was on its way, it cannot be asked any more; what the system said last can. */
	if (std::current_exception())
		xc::translate(&err, { act::write, writing });
	else
		gk_fail(&err, GK_DEAD, gk_cause_of_errno(said), "不能写入索引 '%s'：%s", "cannot write the index '%s': %s", writing, strerror(said));
	if (err.cause == GK_CAUSE_NO_SPACE)
		gk_no_space(&err, GK_DEAD, writing, room_wanted);
	n = snprintf(text, sizeof text, "%s\n%s\n", gk_err_what(&err), gk_err_hint(&err));
	if (n > 0 && write(STDERR_FILENO, text, std::min(static_cast<size_t>(n), sizeof text - 1)) < 0) {
	}
	_exit(gk_exit_of(err.cause));
}

static void
terminated() noexcept
{
	try {
		if (std::current_exception())
			throw;
	} catch (const std::bad_alloc &) {
		end_for_memory();
	} catch (const Xapian::Error &) {
		if (writing != nullptr)
			end_for_error();
	} catch (...) {
		abort();
	}
	if (writing != nullptr && !std::current_exception())
		end_for_error();
	abort();
}

void
xc_when_memory_ends(void (*end)(void))
{
	end_for_memory = end;
	std::set_terminate(terminated);
}

struct xc_writer {
	std::string path;
	Xapian::WritableDatabase db;
	size_t pending;		/* postings since the last flush, about */
	size_t most_pending;
	bool only_adds;
	Xapian::docid last;
	bool dead;
	gk_err why;		/* once dead */

	xc_writer(const char *where, int flags, size_t most)
		: path(where), db(path, flags), pending(0), most_pending(most), only_adds((flags & Xapian::DB_NO_TERMLIST) != 0), last(db.get_lastdocid()), dead(false), why() {}
};

/* A term of a batch.  Eight bytes as a number decide most comparisons: a bigram has six. */
struct batch_term {
	uint64_t head;		/* big-endian, filled up with zeros */
	const char *p;
	uint32_t wdf;
	uint8_t n;

	bool operator<(const batch_term &o) const
	{
		if (head != o.head)
			return head < o.head;
		int c = memcmp(p, o.p, std::min(n, o.n));

		return c != 0 ? c < 0 : n < o.n;
	}
};

struct xc_doc {
	Xapian::Document doc;
	std::vector<batch_term> batch;	/* these two keep their memory from one batch to the next */
	std::string term;
	uint64_t length = 0;		/* sum of the counts: Xapian has 32 bits for it */
};

static gk_status
bury(xc_writer *w, gk_err *err)
{
	w->dead = true;
	if (err != nullptr)
		*err = w->why;
	return GK_DEAD;
}

/* One step of the writer.  Whatever Xapian threw, the batch is lost: GK_DEAD from here on. */
template <class Step> static gk_status
stepped(xc_writer *w, gk_err *err, Step &&step)
{
	gk_status st;

	if (w->dead)
		return bury(w, err);
	writing = w->path.c_str();
	st = guarded(&w->why, { act::write, writing }, step);
	writing = nullptr;
	return st > GK_END ? bury(w, err) : st;
}

static gk_status
refuse(gk_err *err, gk_cause cause, const char *zh, const char *en)
{
	return gk_fail(err, GK_REFUSED, cause, "不能编入索引：%s%.0s", "cannot be indexed: %.0s%s", zh, en);
}

static gk_status
refuse_size(gk_err *err, const char *zh, const char *en, size_t n)
{
	return gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "不能编入索引：%s%.0s有 %zu 字节，上限为 %zu", "cannot be indexed: %.0s%s of %zu bytes, the limit is %zu",
		       zh, en, n, max_data);
}

/* Xapian would say so too, but then the batch is lost. */
static gk_status
refuse_change(gk_err *err)
{
	return refuse(err, GK_CAUSE_BUG, "这个索引只能增加文件，已有的不能改", "documents of this index can only be added, not changed");
}

gk_status
xc_writer_open(const char *path, xc_kind kind, bool create, xc_writer **out, gk_err *err)
{
	return guarded(err, { act::open, path }, [&] {
		const char *set = getenv("XAPIAN_FLUSH_THRESHOLD");
		/* Somebody who sets another one wants to measure it, and it alone. */
		size_t most = set == nullptr || strcmp(set, flush_threshold) == 0 ? flush_postings : SIZE_MAX;

		if (set == nullptr && setenv("XAPIAN_FLUSH_THRESHOLD", flush_threshold, 0) != 0)
			throw std::bad_alloc();
		/* Each flush frees a million little nodes.  Unless they are merged at once, the next ones
		 * lie scattered over all that memory: 5 to 25 % of indexing time were cache misses of this kind. */
		mallopt(M_MXFAST, 0);
		if (gk_fault("index-open"))
			throw Xapian::DatabaseOpeningError("fault", errno);
		const int flags = (create ? Xapian::DB_CREATE_OR_OPEN : Xapian::DB_OPEN) | Xapian::DB_BACKEND_GLASS | (kind == XC_ONLY_ADDS ? Xapian::DB_NO_TERMLIST : 0);
		std::unique_ptr<xc_writer> w(new xc_writer(path, flags, most));

		w->db.begin_transaction();
		*out = w.release();
		return GK_OK;
	});
}

void
xc_writer_close(xc_writer *w)
{
	gk_err ignored;

	if (w == nullptr)
		return;
	/* close() commits what is pending, except in a transaction; after a failed commit there is none. */
	guarded(&ignored, { act::write, w->path.c_str() }, [&] {
		try {
			w->db.begin_transaction(false);
		} catch (const Xapian::InvalidOperationError &) {	/* the usual case: it is open already */
		}
		w->db.close();
		return GK_OK;
	});
	delete w;
}

gk_status
xc_writer_commit(xc_writer *w, gk_err *err)
{
	gk_status st = stepped(w, err, [&] {
		if (gk_fault("index-commit"))
			throw Xapian::DatabaseError("Commit failed", errno);
		w->db.commit_transaction();
		return GK_OK;
	});

	if (st != GK_OK)
		return st;
	/* Readers see the commit by now, but the name of its file is not yet on the device. */
	if (gk_sync_dir(w->path.c_str(), &w->why) != GK_OK)
		return bury(w, err);
	return stepped(w, err, [&] {
		w->db.begin_transaction();
		return GK_OK;
	});
}

gk_status
xc_doc_new(xc_doc **out, gk_err *err)
{
	return guarded(err, { act::write, "" }, [&] {
		*out = new xc_doc;
		return GK_OK;
	});
}

void
xc_doc_free(xc_doc *d)
{
	delete d;
}

void
xc_doc_clear(xc_doc *d)
{
	d->doc.clear_terms();
	d->doc.clear_values();
	d->doc.set_data(std::string());
	d->length = 0;
}

static uint64_t
head_of(const char *p, size_t n)
{
	unsigned char b[8] = { 0 };
	uint64_t head = 0;

	memcpy(b, p, std::min<size_t>(n, 8));
	for (unsigned char c : b)
		head = head << 8 | c;
	return head;
}

gk_status
xc_doc_terms(xc_doc *d, const char *bytes, const uint8_t *lens, const uint32_t *wdfs, size_t count, gk_err *err)
{
	const char *p = bytes;
	uint64_t length = d->length;

	/* All or none: a document half built would be indexed half. */
	for (size_t i = 0; i < count; p += lens[i++]) {
		if (!xc::holdable(p, lens[i]))
			return refuse(err, GK_CAUSE_LIMIT, "检索词为空或超过 245 字节", "a term is empty or longer than 245 bytes");
		length += wdfs[i];
	}
	if (length > UINT32_MAX)
		return refuse(err, GK_CAUSE_LIMIT, "文件的检索词总数超过 32 位", "the document has more terms than 32 bits can count");
	return guarded(err, { act::write, "" }, [&] {
		p = bytes;
		d->batch.clear();
		d->batch.reserve(count);
		for (size_t i = 0; i < count; p += lens[i++])
			d->batch.push_back({ head_of(p, lens[i]), p, wdfs[i], lens[i] });
		/* In order, the nodes of Xapian's map lie in memory as they will be walked: half the
		 * time to build, and a quarter less to index. */
		if (!std::is_sorted(d->batch.begin(), d->batch.end()))
			std::sort(d->batch.begin(), d->batch.end());
		for (const batch_term &t : d->batch) {
			d->term.assign(t.p, t.n);
			d->doc.add_term(d->term, t.wdf);
		}
		d->length = length;
		return GK_OK;
	});
}

gk_status
xc_doc_value(xc_doc *d, unsigned slot, const void *p, size_t n, gk_err *err)
{
	if (slot == Xapian::BAD_VALUENO)
		return refuse(err, GK_CAUSE_BUG, "没有这一栏", "there is no such slot");
	if (n > max_data)
		return refuse_size(err, "一栏的值", "a value", n);
	return guarded(err, { act::write, "" }, [&] {
		d->doc.add_value(slot, std::string(static_cast<const char *>(p), n));
		return GK_OK;
	});
}

gk_status
xc_doc_set_data(xc_doc *d, const void *p, size_t n, gk_err *err)
{
	if (n > max_data)
		return refuse_size(err, "附加数据", "document data", n);
	return guarded(err, { act::write, "" }, [&] {
		d->doc.set_data(std::string(static_cast<const char *>(p), n));
		return GK_OK;
	});
}

gk_status
xc_doc_get_data(const xc_doc *d, char **p, size_t *n, gk_err *err)
{
	return guarded(err, { act::write, "" }, [&] {
		xc::hand_over(d->doc.get_data(), p, n);
		return GK_OK;
	});
}

/*
 * The public interface has no "flush but do not commit"; walking the pending state makes
 * Xapian write it to blocks first: the posting lists for all terms, the values for any slot.
 */
static void
flush_when_full(xc_writer *w, size_t postings)
{
	w->pending += postings;
	if (w->pending < w->most_pending)
		return;
	w->db.allterms_begin();
	w->db.valuestream_begin(0);
	w->pending = 0;
}

gk_status
xc_writer_put(xc_writer *w, uint32_t doc, xc_doc *d, gk_err *err)
{
	if (doc == 0)
		return refuse(err, GK_CAUSE_BUG, "文件编号从 1 起", "document numbers begin with 1");
	if (w->only_adds && doc <= w->last)
		return refuse_change(err);
	return stepped(w, err, [&] {
		if (gk_fault("index-put"))
			throw Xapian::DatabaseError("fault", errno);
		w->db.replace_document(doc, d->doc);
		w->last = std::max<Xapian::docid>(w->last, doc);
		flush_when_full(w, d->doc.termlist_count());
		return GK_OK;
	});
}

gk_status
xc_writer_update(xc_writer *w, uint32_t doc, const unsigned *slots, const void *const *values, const size_t *lens, size_t n, const void *data, size_t data_n, gk_err *err)
{
	if (w->only_adds)
		return refuse_change(err);
	if (doc == 0)
		return GK_END;
	if (data_n > max_data)
		return refuse_size(err, "附加数据", "document data", data_n);
	return stepped(w, err, [&] {
		if (gk_fault("index-put"))
			throw Xapian::DatabaseError("fault", errno);
		try {
			/* Replaced right after it was fetched, Xapian writes only what has changed. */
			Xapian::Document d = w->db.get_document(doc);

			for (size_t i = 0; i < n; i++)
				d.add_value(slots[i], std::string(static_cast<const char *>(values[i]), lens[i]));
			d.set_data(std::string(static_cast<const char *>(data), data_n));
			w->db.replace_document(doc, d);
			return GK_OK;
		} catch (const Xapian::DocNotFoundError &) {	/* thrown before anything was touched */
			return GK_END;
		}
	});
}

gk_status
xc_writer_delete(xc_writer *w, uint32_t doc, gk_err *err)
{
	if (w->only_adds)
		return refuse_change(err);
	if (doc == 0)
		return GK_END;
	return stepped(w, err, [&] {
		try {
			w->db.delete_document(doc);
			return GK_OK;
		} catch (const Xapian::DocNotFoundError &) {	/* thrown before anything was touched */
			return GK_END;
		}
	});
}

gk_status
xc_writer_set_metadata(xc_writer *w, const char *key, const void *p, size_t n, gk_err *err)
{
	if (!xc::holdable(key, strlen(key)))
		return refuse(err, GK_CAUSE_BUG, "元数据名为空或过长", "a metadata key is empty or too long");
	return stepped(w, err, [&] {
		w->db.set_metadata(key, std::string(static_cast<const char *>(p), n));
		return GK_OK;
	});
}

gk_status
xc_writer_metadata(xc_writer *w, const char *key, char **p, size_t *n, gk_err *err)
{
	return stepped(w, err, [&] {
		xc::hand_over(w->db.get_metadata(key), p, n);
		return GK_OK;
	});
}

gk_status
xc_writer_find(xc_writer *w, const char *term, size_t n, uint32_t after, uint32_t *doc, gk_err *err)
{
	if (!xc::holdable(term, n) || after == UINT32_MAX)
		return GK_END;
	return stepped(w, err, [&] {
		const std::string t(term, n);
		const Xapian::PostingIterator end = w->db.postlist_end(t);
		Xapian::PostingIterator p = w->db.postlist_begin(t);

		if (p != end && *p <= after)
			p.skip_to(after + 1);
		if (p == end)
			return GK_END;
		*doc = *p;
		return GK_OK;
	});
}

gk_status
xc_writer_last(xc_writer *w, uint32_t *doc, gk_err *err)
{
	return stepped(w, err, [&] {
		*doc = w->last;
		return GK_OK;
	});
}

gk_status
xc_writer_doc_data(xc_writer *w, uint32_t doc, char **p, size_t *n, gk_err *err)
{
	if (doc == 0)
		return GK_END;
	return stepped(w, err, [&] {
		try {
			xc::hand_over(w->db.get_document(doc).get_data(), p, n);
			return GK_OK;
		} catch (const Xapian::DocNotFoundError &) {
			return GK_END;
		}
	});
}

static bool
has_doc_data(const std::string &dir)
{
	struct stat sb;

	return stat((dir + "/docdata.glass").c_str(), &sb) == 0 && sb.st_size > 0;
}

/* A table of data that cannot be opened is to Xapian one that is not there: the index would come out without a word, and without what stands under any document. */
static gk_status
no_data_lost(const char *const *from, size_t n, const char *to, gk_err *err)
{
	for (size_t i = 0; i < n; i++)
		if (has_doc_data(from[i]) && !has_doc_data(to)) {
			gk_fail(err, GK_DEAD, GK_CAUSE_DEVICE, "索引 '%s' 中各件的数据打不开，没有压缩", "the data of the documents in the index '%s' cannot be opened: it was not compacted", from[i]);
			gk_hint(err, "再运行一次同一命令", "run the same command again");
			return GK_DEAD;
		}
	return GK_OK;
}

gk_status
xc_compact_many(const char *const *from, size_t n, const char *to, gk_err *err)
{
	struct stat sb;
	gk_status st;

	if (lstat(to, &sb) == 0)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "不能压缩索引到 '%s'：它已经存在", "cannot compact the index into '%s': it exists already", to);
	st = guarded(err, { act::write, to }, [&] {
		Xapian::Database all;

		for (size_t i = 0; i < n; i++)
			all.add_database(Xapian::Database(from[i], Xapian::DB_BACKEND_GLASS));
		try {
			all.compact(to, Xapian::DBCOMPACT_NO_RENUMBER | Xapian::Compactor::FULL, compact_block);
			return GK_OK;
		} catch (const Xapian::InvalidOperationError &e) {	/* "only if the ranges are disjoint" */
			return xc::tell(err, GK_REFUSED, GK_CAUSE_BAD_DATA, { act::write, to }, e);
		}
	});
	if (st == GK_OK)
		st = no_data_lost(from, n, to, err);
	if (st == GK_OK)
		return gk_sync_dir(to, err);
	gk_remove_tree(to, nullptr);
	return st;
}

gk_status
xc_compact(const char *from, const char *to, gk_err *err)
{
	return xc_compact_many(&from, 1, to, err);
}
