/*
 * The wall between C++ and C.  Every body that can throw runs inside guarded();
 * one function, explain(), knows what Xapian can throw and what a caller can do
 * about it.  Nothing crosses but plain values.
 *
 *   return guarded(err, { act::read, db->path.c_str() }, [&] {
 *           *df = db->db.get_termfreq(...);
 *           return GK_OK;
 *   });
 */
#ifndef GK_XAPIANC_GUARD_HH
#define GK_XAPIANC_GUARD_HH

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The headers of base/ are plain C and do not say so. */
extern "C" {
#include "base/fault.h"
#include "base/status.h"
}

#include <xapian.h>

namespace xc {

/* What was being done, and to which index: the first half of every message. */
enum class act { open, read, write };
struct place {
	act doing;
	const char *path;
};

/* A key of a glass table has 255 bytes, and a NUL takes two of them: bytes plus NULs of a term end here. */
constexpr size_t max_term = 245;

/* False for what no glass index can hold: "", or too long. */
inline bool
holdable(const char *term, size_t n)
{
	size_t packed = n;

	if (n == 0 || n > max_term)
		return false;
	for (size_t i = 0; i < n; i++)
		packed += term[i] == '\0';
	return packed <= max_term;
}

/*
 * Xapian keeps errno to itself and shows only the sentence made from it: the way
 * back is to compare sentences.  0 if there is none, or none that matters here.
 */
inline int
errno_in(const char *text)
{
	static const int known[] = {
		ENOSPC, EDQUOT, EFBIG, EIO, ENOMEM, ENOENT, EACCES, EPERM, EROFS, ENOTDIR, EMFILE, ENFILE, ELOOP, ENAMETOOLONG,
	};

	for (int e : known)
		if (text != nullptr && (strstr(text, strerrordesc_np(e)) != nullptr || strstr(text, strerror(e)) != nullptr))
			return e;
	return 0;
}

inline void
hint_for(gk_err *err, gk_cause cause)
{
	switch (cause) {
	case GK_CAUSE_DAMAGED:
		return gk_hint(err, "档案不受影响；用 'gongkai index rebuild' 重建索引", "the archive is not touched by this; 'gongkai index rebuild' builds the index again");
	case GK_CAUSE_NEWER:
		return gk_hint(err, "请升级 gongkai，或用 'gongkai index rebuild' 重建索引", "upgrade gongkai, or build the index again with 'gongkai index rebuild'");
	case GK_CAUSE_NO_SPACE:
		return gk_hint(err, "腾出磁盘空间后，重复同一命令即可", "free some disk space, then repeat the same command");
	case GK_CAUSE_DEVICE:
		return gk_hint(err, "先检查磁盘和内核日志，再重新启动", "check the disk and the kernel log before starting again");
	case GK_CAUSE_NO_ACCESS:
		return gk_hint(err, "请检查路径和权限", "check the path and its permissions");
	case GK_CAUSE_BUSY:
		return gk_hint(err, "稍后再试即可", "try again in a moment");
	case GK_CAUSE_BUG:
		return gk_hint(err, "这是程序错误，请报告", "this is a bug, please report it");
	default:
		return;
	}
}

/* "cannot read the index '<path>': <why>: <system's word>" */
inline gk_status
tell(gk_err *err, gk_status st, gk_cause cause, const place &at, const char *why, const char *system = nullptr)
{
	static const char *const verbs[][2] = { { "打开", "open" }, { "读取", "read" }, { "写入", "write" } };
	const char *const *verb = verbs[static_cast<int>(at.doing)];

	gk_fail(err, st, cause, "不能%s%.0s索引 '%s'：%s%s%s", "cannot %.0s%s the index '%s': %s%s%s",
		verb[0], verb[1], at.path, why, system == nullptr ? "" : ": ", system == nullptr ? "" : system);
	hint_for(err, cause);
	return st;
}

/* The same with a reason of ours, which has two languages; the sentences of Xapian have one. */
inline gk_status
tell_own(gk_err *err, gk_status st, gk_cause cause, const place &at, const char *zh, const char *en)
{
	gk_fail(err, st, cause, "不能读取索引 '%s'：%s%.0s", "cannot read the index '%s': %.0s%s", at.path, zh, en);
	hint_for(err, cause);
	return st;
}

inline gk_status
tell(gk_err *err, gk_status st, gk_cause cause, const place &at, const Xapian::Error &e)
{
	return tell(err, st, cause, at, e.get_msg().c_str(), e.get_error_string());
}

/* Where the system said no, its word decides; else what Xapian itself complains of. */
inline gk_status
tell_dead(gk_err *err, gk_cause otherwise, const place &at, const Xapian::Error &e)
{
	int sys = errno_in(e.get_error_string());

	/* When a rollback fails too, the first cause is quoted inside the sentence of the second. */
	if (sys == 0)
		sys = errno_in(e.get_msg().c_str());
	/* "Failed to create iamglass file" keeps the reason to itself; what the system said last is still there. */
	if (sys == 0 && at.doing != act::read && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG || errno == EIO))
		sys = errno;
	return tell(err, GK_DEAD, sys == 0 ? otherwise : gk_cause_of_errno(sys), at, e);
}

/* Only the first of these is a matter of waiting: Xapian has one class for all that can go wrong with a lock. */
inline gk_status
tell_lock(gk_err *err, const place &at, const Xapian::Error &e)
{
	int sys = errno_in(e.get_msg().c_str());

	if (e.get_msg().find("already locked") == std::string::npos)
		return tell(err, GK_DEAD, sys == 0 ? GK_CAUSE_NO_ACCESS : gk_cause_of_errno(sys), at, e);
	gk_fail(err, GK_RETRY, GK_CAUSE_BUSY, "不能写入索引 '%s'：另一个程序正在写入", "cannot write the index '%s': another program is writing to it", at.path);
	gk_hint(err, "等它结束后再试", "try again when it has finished");
	return GK_RETRY;
}

/* Call it from a catch.  The order matters: a class stands before those it is derived from. */
inline gk_status
explain(gk_err *err, const place &at)
{
	try {
		throw;
	} catch (const Xapian::DatabaseModifiedError &e) {
		if (at.doing == act::write)	/* by whom? */
			return tell(err, GK_DEAD, GK_CAUSE_DAMAGED, at, e);
		gk_fail(err, GK_RETRY, GK_CAUSE_BUSY, "读取时索引 '%s' 已有新版本", "the index '%s' changed while it was being read", at.path);
		hint_for(err, GK_CAUSE_BUSY);
		return GK_RETRY;
	} catch (const Xapian::DatabaseLockError &e) {
		return tell_lock(err, at, e);
	} catch (const Xapian::DatabaseVersionError &e) {
		return tell(err, GK_DEAD, GK_CAUSE_NEWER, at, e);
	} catch (const Xapian::DatabaseNotFoundError &e) {
		return tell(err, GK_DEAD, GK_CAUSE_NO_ACCESS, at, e);
	} catch (const Xapian::DatabaseClosedError &e) {
		return tell(err, GK_DEAD, GK_CAUSE_BUG, at, e);
	} catch (const Xapian::NetworkError &e) {
		return tell(err, GK_DEAD, GK_CAUSE_BUSY, at, e);
	} catch (const Xapian::InvalidArgumentError &e) {
		return tell(err, GK_REFUSED, at.doing == act::write ? GK_CAUSE_BAD_DATA : GK_CAUSE_BAD_QUERY, at, e);
	} catch (const Xapian::LogicError &e) {
		return tell(err, GK_DEAD, GK_CAUSE_BUG, at, e);
	} catch (const Xapian::FeatureUnavailableError &e) {
		return tell(err, GK_DEAD, GK_CAUSE_BUG, at, e);
	} catch (const Xapian::Error &e) {
		return tell_dead(err, GK_CAUSE_DAMAGED, at, e);
	} catch (const std::bad_alloc &) {
		return gk_nomem(err);
	} catch (const std::length_error &e) {	/* a length that was read from disk and is none */
		return tell(err, GK_DEAD, GK_CAUSE_DAMAGED, at, e.what());
	} catch (const std::out_of_range &e) {
		return tell(err, GK_DEAD, GK_CAUSE_DAMAGED, at, e.what());
	} catch (const std::exception &e) {
		return tell(err, GK_DEAD, GK_CAUSE_BUG, at, e.what());
	} catch (...) {
		return tell(err, GK_DEAD, GK_CAUSE_BUG, at, "?");
	}
}

/* Xapian builds some of its sentences on demand, so memory can end even while explaining. */
inline gk_status
translate(gk_err *err, const place &at) noexcept
{
	try {
		return explain(err, at);
	} catch (...) {
		return gk_nomem(err);
	}
}

template <class Body> gk_status
guarded(gk_err *err, const place &at, Body &&body) noexcept
{
	errno = 0;
	try {
		return body();
	} catch (...) {
		return translate(err, at);
	}
}

/* Bytes for a caller in C: his to free(), a NUL behind the last. */
inline void
hand_over(const std::string &from, char **p, size_t *n)
{
	char *copy = static_cast<char *>(malloc(from.size() + 1));

	if (copy == nullptr)
		throw std::bad_alloc();
	memcpy(copy, from.c_str(), from.size() + 1);
	*p = copy;
	*n = from.size();
}

}
#endif
