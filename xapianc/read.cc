/*
 * The reading half: xapianc.h over Xapian::Database.  Nothing here may name the
 * writing class, or searchd would contain it (tests/unit/t-xapianc-symbols.sh).
 */
#include "xapianc/guard.hh"
#include "xapianc/xapianc.h"

#include <fstream>
#include <iterator>
#include <vector>

#include <sys/stat.h>

using xc::act;
using xc::guarded;

struct xc_db {
	std::string path;
	Xapian::Database db;
	unsigned generation;	/* moves on when a reopen brought something new */
	bool single = false;	/* one folder of this machine */
	/* A reopen was overtaken half-way: Xapian then names the new revision, but some of its tables are still those of the old one. */
	bool torn = false;

	explicit xc_db(const char *where) : path(where), db(path, Xapian::DB_BACKEND_GLASS), generation(0), single(true) {}
	xc_db(const char *host, unsigned port, unsigned connect_ms, unsigned answer_ms)
		: path(std::string(host) + ":" + std::to_string(port)), db(Xapian::Remote::open(host, port, answer_ms, connect_ms)), generation(0) {}
	xc_db(xc_db *const *parts, size_t n) : path(parts[0]->path), generation(0)
	{
		for (size_t i = 0; i < n; i++)
			db.add_database(parts[i]->db);
	}
};

struct xc_postings {
	xc_db *db;
	Xapian::PostingIterator at, end;
	unsigned generation;
	bool given;	/* `at` stands on an entry that seek has handed out already */
	bool broken;	/* an exception left `at` in between */

	xc_postings(xc_db *from, const std::string &term)
		: db(from), at(from->db.postlist_begin(term)), end(from->db.postlist_end(term)), generation(from->generation), given(false), broken(false) {}
};

struct xc_walk {
	xc_db *db;
	Xapian::TermIterator at, end;
	std::string key, value;
	bool begun;

	xc_walk(xc_db *from, const std::string &prefix) : db(from), at(from->db.metadata_keys_begin(prefix)), end(from->db.metadata_keys_end(prefix)), begun(false) {}
};

static xc::place
reading(const xc_db *db)
{
	return { act::read, db->path.c_str() };
}

/* What has been committed last, as its file says it; empty if that cannot be read. */
static std::string
committed(const std::string &path)
{
	std::ifstream in(path + "/iamglass", std::ios::binary);

	return std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

static gk_status
not_its_own(gk_err *err, const xc::place &at)
{
	return xc::tell_own(err, GK_DEAD, GK_CAUSE_DAMAGED, at, "有的块比索引还新", "a block is newer than the index");
}

static gk_status
overtaken(gk_err *err, const xc::place &at)
{
	return xc::tell_own(err, GK_RETRY, GK_CAUSE_BUSY, at, "读取时已有新版本", "it changed while it was being read");
}

/* Can the index be opened, or has somebody committed while we tried? */
static bool
opens_or_moves(const char *path)
{
	std::string before;
	bool moved = false;
	gk_status st = guarded(nullptr, { act::open, path }, [&] {
		before = committed(path);
		Xapian::Database db(path, Xapian::DB_BACKEND_GLASS);
		return GK_OK;
	});

	if (st != GK_OK)
		guarded(nullptr, { act::open, path }, [&] {
			moved = before != committed(path);
			return GK_OK;
		});
	return st == GK_OK || moved;
}

/*
 * A question to the index.  Blocks of a revision are written over only after the next one was committed: where one is newer
 * than the revision although that is still the last, nobody has overtaken us, and asking again would never help.
 */
template <class Body> static gk_status
asked(gk_err *err, xc_db *db, Body &&body)
{
	if (err == nullptr) {
		gk_err unread = GK_ERR_INIT;

		return asked(&unread, db, body);
	}
	gk_status st = guarded(err, reading(db), body);

	/* A block that was written over may be of another level before it is of another revision: that is damage only if nobody committed. */
	if (st == GK_DEAD && err->cause == GK_CAUSE_DAMAGED && db->single)
		guarded(nullptr, reading(db), [&] {
			if (Xapian::Database(db->path, Xapian::DB_BACKEND_GLASS).get_revision() != db->db.get_revision())
				st = overtaken(err, reading(db));
			return GK_OK;
		});
	if (st == GK_RETRY && db->single && !db->torn)
		guarded(nullptr, reading(db), [&] {
			if (Xapian::Database(db->path, Xapian::DB_BACKEND_GLASS).get_revision() == db->db.get_revision())
				st = not_its_own(err, reading(db));
			return GK_OK;
		});
	return st;
}

static gk_status
bad_term(gk_err *err, const xc_db *db)
{
	return xc::tell_own(err, GK_REFUSED, GK_CAUSE_BAD_QUERY, reading(db), "检索词为空", "a term is empty");
}

/* Where a folder is there but a file of an index is not, the index is damaged, not the path wrong. */
static gk_status
part_missing(const char *path, gk_err *err, const gk_err &found)
{
	struct stat sb;

	if (found.cause != GK_CAUSE_NO_ACCESS || xc::errno_in(found.what_en) != ENOENT || stat(path, &sb) != 0) {
		if (err != nullptr)
			*err = found;
		return GK_DEAD;
	}
	return xc::tell_own(err, GK_DEAD, GK_CAUSE_DAMAGED, { act::open, path }, "缺少索引文件", "a file of it is missing");
}

gk_status
xc_db_open(const char *path, xc_db **out, gk_err *err)
{
	gk_err found = GK_ERR_INIT;
	std::string before;
	gk_status st = guarded(&found, { act::open, path }, [&] {
		if (gk_fault("index-open"))
			throw Xapian::DatabaseOpeningError("fault", errno);
		before = committed(path);
		*out = new xc_db(path);
		return GK_OK;
	});

	/* A root that was written over is of another level (as above). */
	if (st == GK_DEAD && found.cause == GK_CAUSE_DAMAGED)
		st = opens_or_moves(path) ? overtaken(&found, { act::open, path }) : st;
	else if (st == GK_RETRY)
		guarded(&found, { act::open, path }, [&] {
			if (before == committed(path))
				st = not_its_own(&found, { act::open, path });
			return GK_OK;
		});
	if (st == GK_RETRY && err != nullptr)
		*err = found;
	return st == GK_OK || st == GK_RETRY ? st : part_missing(path, err, found);
}

gk_status
xc_db_open_remote(const char *host, unsigned port, unsigned connect_ms, unsigned answer_ms, xc_db **out, gk_err *err)
{
	return guarded(err, { act::open, host }, [&] {
		*out = new xc_db(host, port, connect_ms, answer_ms);
		return GK_OK;
	});
}

gk_status
xc_db_join(xc_db *const *parts, size_t n, xc_db **out, gk_err *err)
{
	return guarded(err, reading(parts[0]), [&] {
		*out = new xc_db(parts, n);
		return GK_OK;
	});
}

void
xc_db_close(xc_db *db)
{
	delete db;
}

gk_status
xc_db_reopen(xc_db *db, bool *changed, gk_err *err)
{
	gk_err found = GK_ERR_INIT;
	gk_status st = guarded(&found, { act::open, db->path.c_str() }, [&] {
		Xapian::rev before = db->db.get_revision();
		bool fresh;

		/* What is torn Xapian takes for new, and would leave as it is until the next commit. */
		if (db->torn && db->single)
			db->db = Xapian::Database(db->path, Xapian::DB_BACKEND_GLASS);
		fresh = db->torn;
		db->torn = true;
		/* What reopen() returns is not asked: of an index without a commit it says "new" every time. */
		db->db.reopen();
		db->torn = false;
		fresh |= db->db.get_revision() != before;
		db->generation += fresh;
		if (changed != nullptr)
			*changed = fresh;
		return GK_OK;
	});

	if (st == GK_DEAD && found.cause == GK_CAUSE_DAMAGED && db->single && opens_or_moves(db->path.c_str()))
		st = overtaken(&found, { act::open, db->path.c_str() });
	if (st != GK_OK && err != nullptr)
		*err = found;
	return st;
}

gk_status
xc_db_revision(xc_db *db, uint64_t *revision, gk_err *err)
{
	return asked(err, db, [&] {
		*revision = db->db.get_revision();
		return GK_OK;
	});
}

gk_status
xc_stats(xc_db *db, uint32_t *docs, uint32_t *last, uint64_t *total_length, gk_err *err)
{
	return asked(err, db, [&] {
		*docs = db->db.get_doccount();
		*last = db->db.get_lastdocid();
		*total_length = db->db.get_total_length();
		return GK_OK;
	});
}

gk_status
xc_term_freq(xc_db *db, const char *term, size_t n, uint32_t *df, gk_err *err)
{
	if (n == 0)
		return bad_term(err, db);
	return asked(err, db, [&] {
		*df = xc::holdable(term, n) ? db->db.get_termfreq(std::string(term, n)) : 0;
		return GK_OK;
	});
}

gk_status
xc_postings_open(xc_db *db, const char *term, size_t n, xc_postings **out, gk_err *err)
{
	*out = nullptr;
	if (n == 0)
		return bad_term(err, db);
	if (!xc::holdable(term, n))
		return GK_END;
	return asked(err, db, [&] {
		xc_postings *p = new xc_postings(db, std::string(term, n));

		if (p->at == p->end) {
			delete p;
			return GK_END;
		}
		*out = p;
		return GK_OK;
	});
}

void
xc_postings_close(xc_postings *p)
{
	delete p;
}

/* Runs a step of a posting list, unless the ground has moved under it: then only opening it again helps. */
template <class Step> static gk_status
stepped(xc_postings *p, gk_err *err, Step &&step)
{
	gk_status st;

	if (p->broken || p->generation != p->db->generation)
		return xc::tell_own(err, GK_RETRY, GK_CAUSE_BUSY, reading(p->db), "索引已有新版本", "there is a newer revision of it");
	st = asked(err, p->db, step);
	p->broken = st > GK_END;
	return st;
}

gk_status
xc_postings_next(xc_postings *p, uint32_t *docs, uint32_t *wdfs, size_t max, size_t *got, gk_err *err)
{
	return stepped(p, err, [&] {
		size_t n = 0;

		if (p->given && p->at != p->end)
			++p->at;
		p->given = false;
		for (; n < max && p->at != p->end; n++, ++p->at) {
			docs[n] = *p->at;
			if (wdfs != nullptr)
				wdfs[n] = p->at.get_wdf();
		}
		if (n == 0)
			return GK_END;
		*got = n;
		return GK_OK;
	});
}

gk_status
xc_postings_seek(xc_postings *p, uint32_t doc, uint32_t *at, uint32_t *wdf, gk_err *err)
{
	return stepped(p, err, [&] {
		if (p->at != p->end && *p->at < doc)
			p->at.skip_to(doc);
		if (p->at == p->end)
			return GK_END;
		p->given = true;
		*at = *p->at;
		if (wdf != nullptr)
			*wdf = p->at.get_wdf();
		return GK_OK;
	});
}

gk_status
xc_column(xc_db *db, unsigned slot, size_t width, unsigned char *out, uint32_t first, uint32_t last, gk_err *err)
{
	return asked(err, db, [&] {
		Xapian::ValueIterator end = db->db.valuestream_end(slot);

		memset(out + first * width, 0, (static_cast<size_t>(last) - first + 1) * width);
		for (Xapian::ValueIterator v = db->db.valuestream_begin(slot); v != end && v.get_docid() <= last; ++v) {
			if (v.get_docid() < first)
				continue;

			std::string value = *v;

			if (value.size() > width) {
				gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED,
					"索引 '%s' 已损坏：第 %u 号文件的第 %u 栏有 %zu 字节，最多 %zu",
					"the index '%s' is damaged: document %u, slot %u has %zu bytes, and not %zu at the most",
					db->path.c_str(), v.get_docid(), slot, value.size(), width);
				xc::hint_for(err, GK_CAUSE_DAMAGED);
				return GK_DEAD;
			}
			/* Zeros in front may have been left out. */
			memcpy(out + (static_cast<size_t>(v.get_docid()) + 1) * width - value.size(), value.data(), value.size());
		}
		return GK_OK;
	});
}

gk_status
xc_values(xc_db *db, unsigned slot, xc_value_fn *each, void *arg, gk_err *err)
{
	return asked(err, db, [&] {
		Xapian::ValueIterator end = db->db.valuestream_end(slot);

		for (Xapian::ValueIterator v = db->db.valuestream_begin(slot); v != end; ++v) {
			std::string value = *v;

			if (!each(arg, v.get_docid(), reinterpret_cast<const unsigned char *>(value.data()), value.size()))
				break;
		}
		return GK_OK;
	});
}

gk_status
xc_lengths(xc_db *db, uint32_t *out, uint32_t last, gk_err *err)
{
	return asked(err, db, [&] {
		Xapian::PostingIterator end = db->db.postlist_end("");

		memset(out, 0, (static_cast<size_t>(last) + 1) * sizeof *out);
		for (Xapian::PostingIterator p = db->db.postlist_begin(""); p != end && *p <= last; ++p)
			out[*p] = p.get_doclength();
		return GK_OK;
	});
}

gk_status
xc_doc_data(xc_db *db, uint32_t doc, char **p, size_t *n, gk_err *err)
{
	return asked(err, db, [&] {
		if (doc == 0)
			return GK_END;
		try {
			/* Asking whether it is there reads as much again; only an empty answer leaves that open. */
			std::string data = db->db.get_document(doc, Xapian::DOC_ASSUME_VALID).get_data();

			if (data.empty())
				data = db->db.get_document(doc).get_data();
			xc::hand_over(data, p, n);
			return GK_OK;
		} catch (const Xapian::DocNotFoundError &) {
			return GK_END;
		}
	});
}

gk_status
xc_metadata(xc_db *db, const char *key, char **p, size_t *n, gk_err *err)
{
	return asked(err, db, [&] {
		xc::hand_over(db->db.get_metadata(key), p, n);
		return GK_OK;
	});
}

gk_status
xc_metadata_each(xc_db *db, const char *prefix, size_t n, xc_metadata_fn *each, void *arg, gk_err *err)
{
	return asked(err, db, [&] {
		const std::string start(prefix, n);
		Xapian::TermIterator end = db->db.metadata_keys_end(start);

		for (Xapian::TermIterator k = db->db.metadata_keys_begin(start); k != end; ++k) {
			std::string key = *k, value = db->db.get_metadata(key);

			if (!each(arg, key.data(), key.size(), value.data(), value.size()))
				break;
		}
		return GK_OK;
	});
}

gk_status
xc_walk_open(xc_db *db, const char *prefix, size_t n, xc_walk **out, gk_err *err)
{
	*out = nullptr;
	return asked(err, db, [&] {
		*out = new xc_walk(db, std::string(prefix, n));
		return GK_OK;
	});
}

gk_status
xc_walk_next(xc_walk *w, const char **key, size_t *n, const char **value, size_t *len, gk_err *err)
{
	return asked(err, w->db, [&] {
		if (w->begun && w->at != w->end)
			++w->at;
		w->begun = true;
		if (w->at == w->end)
			return GK_END;
		w->key = *w->at;
		w->value = w->db->db.get_metadata(w->key);
		*key = w->key.data();
		*n = w->key.size();
		*value = w->value.data();
		*len = w->value.size();
		return GK_OK;
	});
}

void
xc_walk_close(xc_walk *w)
{
	delete w;
}

gk_status
xc_terms(xc_db *db, const char *prefix, size_t n, xc_term_fn *each, void *arg, gk_err *err)
{
	return asked(err, db, [&] {
		const std::string start(prefix, n);
		Xapian::TermIterator end = db->db.allterms_end(start);

		for (Xapian::TermIterator t = db->db.allterms_begin(start); t != end; ++t) {
			std::string term = *t;

			if (!each(arg, term.data(), term.size(), t.get_termfreq()))
				break;
		}
		return GK_OK;
	});
}

gk_status
xc_match(xc_db *db, xc_op op, const char *const *terms, const size_t *lens, size_t n, double k1, double b, size_t max,
	 uint32_t *docs, double *weights, size_t *got, uint32_t *total, gk_err *err)
{
	for (size_t i = 0; i < n; i++)
		if (lens[i] == 0)	/* to Xapian it would mean every document */
			return bad_term(err, db);
	return asked(err, db, [&] {
		std::vector<std::string> words;
		Xapian::Enquire enquire(db->db);
		size_t k = 0;

		words.reserve(n);
		for (size_t i = 0; i < n; i++)
			words.emplace_back(terms[i], lens[i]);
		enquire.set_query(Xapian::Query(op == XC_AND ? Xapian::Query::OP_AND : Xapian::Query::OP_OR, words.begin(), words.end()));
		enquire.set_weighting_scheme(Xapian::BM25Weight(k1, 0, 0, b, 0.5));
		enquire.set_docid_order(Xapian::Enquire::ASCENDING);

		/* Told to check every document, the matcher's estimate is a count. */
		Xapian::doccount all = db->db.get_doccount();
		Xapian::MSet hits = enquire.get_mset(0, max < all ? static_cast<Xapian::doccount>(max) : all, all);

		for (Xapian::MSetIterator h = hits.begin(); h != hits.end() && k < max; ++h, k++) {
			docs[k] = *h;
			weights[k] = h.get_weight();
		}
		*got = k;
		*total = hits.get_matches_estimated();
		return GK_OK;
	});
}
