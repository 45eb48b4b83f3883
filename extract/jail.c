/*
 * What gongkai-extract gives up before it reads a byte of input (safety.md 5, steps 4 and 5): the file system by Landlock,
 * all system calls but a few by seccomp.  Two boxes:
 *
 *   strict   our own parsers: memory, the pipes that are open, the end.  No file can be opened, so what is needed later
 *            (converters, the database of libmagic) is loaded before
 *   tools    the broker and the foreign program below it (tools.c): reading below the folders of the system, executing
 *            the few programs that were named, nothing written, no socket
 *
 * The filter is written by hand: libseccomp builds a like one in half a millisecond, which is all that the sandbox may cost.
 */
#include "extract/inside.h"

#include "base/fault.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

static enum gk_status
cannot(struct gk_err *err, const char *what)
{
	gk_fail(err, GK_DEAD, GK_CAUSE_SANDBOX, "不能限制提取进程 (%s)：%s", "cannot confine the extractor (%s): %s", what, strerror(errno));
	gk_hint(err, "内核需有 seccomp (CONFIG_SECCOMP_FILTER)", "the kernel must have seccomp (CONFIG_SECCOMP_FILTER)");
	return GK_DEAD;
}

/* --- Landlock ------------------------------------------------------------------------------------- */

/* Of linux/landlock.h, whose version on the machine that builds says nothing of the kernel that runs. */
struct ruleset { uint64_t fs, net, scoped; };
struct beneath { uint64_t access; int32_t fd; } __attribute__((packed));

enum { LL_CREATE = 444, LL_ADD = 445, LL_RESTRICT = 446, LL_VERSION = 1, LL_BENEATH = 1 };

#define FS_EXECUTE (1ULL << 0)
#define FS_READ_FILE (1ULL << 2)
#define FS_READ_DIR (1ULL << 3)

/* All rights that an ABI knows are handled, that is, forbidden unless a rule allows them. */
static struct ruleset
all_rights(long abi)
{
	struct ruleset r = { (1ULL << 13) - 1, 0, 0 };

	if (abi >= 2)
		r.fs |= 1ULL << 13;	/* REFER */
	if (abi >= 3)
		r.fs |= 1ULL << 14;	/* TRUNCATE */
	if (abi >= 4)
		r.net = 3;		/* BIND_TCP, CONNECT_TCP */
	if (abi >= 5)
		r.fs |= 1ULL << 15;	/* IOCTL_DEV */
	if (abi >= 6)
		r.scoped = 3;		/* abstract sockets, signals */
	return r;
}

static void
allow(int rules, const char *path, uint64_t access)
{
	struct beneath b = { access, open(path, O_PATH | O_CLOEXEC) };

	/* What is not there needs no permission. */
	if (b.fd < 0)
		return;
	syscall(LL_ADD, rules, LL_BENEATH, &b, 0);
	close(b.fd);
}

/* Folders and files that a foreign program reads: its libraries, fonts, maps of characters. */
static const struct { const char *path; uint64_t access; } readable[] = {
	{ "/usr/lib", FS_READ_FILE | FS_READ_DIR | FS_EXECUTE }, { "/lib", FS_READ_FILE | FS_READ_DIR | FS_EXECUTE },
	{ "/lib64", FS_READ_FILE | FS_READ_DIR | FS_EXECUTE }, { "/usr/lib64", FS_READ_FILE | FS_READ_DIR | FS_EXECUTE },
	{ "/usr/share", FS_READ_FILE | FS_READ_DIR }, { "/etc/fonts", FS_READ_FILE | FS_READ_DIR }, { "/etc/ld.so.cache", FS_READ_FILE },
};

/* False: this kernel has none, or it is switched off. */
static bool
landlock(enum gk_box box, const char *const *programs)
{
	long abi = syscall(LL_CREATE, NULL, 0, LL_VERSION);
	struct ruleset r;
	int rules;
	bool done;

	if (abi < 1)
		return false;
	r = all_rights(abi);
	rules = (int)syscall(LL_CREATE, &r, abi >= 6 ? sizeof r : abi >= 4 ? offsetof(struct ruleset, scoped) : offsetof(struct ruleset, net), 0);
	if (rules < 0)
		return false;
	if (box == GK_BOX_TOOLS) {
		for (size_t i = 0; i < COUNT(readable); i++)
			allow(rules, readable[i].path, readable[i].access);
		for (size_t i = 0; programs[i] != NULL; i++)
			allow(rules, programs[i], FS_READ_FILE | FS_EXECUTE);
	}
	done = syscall(LL_RESTRICT, rules, 0) == 0;
	close(rules);
	return done;
}

bool
gk_jail_holds_files(void)
{
	return syscall(LL_CREATE, NULL, 0, LL_VERSION) >= 1;
}

/* --- seccomp ---------------------------------------------------------------------------------------- */

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCH AUDIT_ARCH_RISCV64
#endif

/* Whoever asks for these has been taken over. */
static const int killed[] = { __NR_ptrace, __NR_process_vm_readv, __NR_process_vm_writev, __NR_bpf, __NR_io_uring_setup, __NR_io_uring_enter,
	__NR_io_uring_register, __NR_keyctl, __NR_add_key, __NR_request_key, __NR_mount, __NR_umount2, __NR_userfaultfd, __NR_setns, __NR_init_module, __NR_kexec_load };

static const int strict[] = { __NR_read, __NR_write, __NR_readv, __NR_writev, __NR_close, __NR_munmap, __NR_mremap, __NR_brk, __NR_madvise, __NR_exit,
	__NR_exit_group, __NR_futex, __NR_clock_gettime, __NR_gettimeofday, __NR_rt_sigreturn, __NR_getrandom, __NR_lseek, __NR_restart_syscall };

/* A program of today's Debian from its loader to its end. No process is made, nothing is sent. */
static const int tools[] = { __NR_read, __NR_write, __NR_readv, __NR_writev, __NR_pread64, __NR_close, __NR_munmap, __NR_mremap, __NR_brk, __NR_madvise,
	__NR_exit, __NR_exit_group, __NR_futex, __NR_clock_gettime, __NR_gettimeofday, __NR_clock_getres, __NR_rt_sigreturn, __NR_rt_sigaction, __NR_rt_sigprocmask,
	__NR_sigaltstack, __NR_getrandom, __NR_lseek, __NR_restart_syscall, __NR_mmap, __NR_mprotect, __NR_execve, __NR_fstat, __NR_newfstatat, __NR_statx, __NR_statfs,
	__NR_fstatfs, __NR_faccessat, __NR_faccessat2, __NR_readlinkat, __NR_getcwd, __NR_getdents64, __NR_set_tid_address, __NR_set_robust_list, __NR_rseq,
	__NR_prlimit64, __NR_getrlimit, __NR_getrusage, __NR_times, __NR_uname, __NR_sysinfo, __NR_sched_getaffinity, __NR_sched_yield, __NR_getpid, __NR_gettid,
	__NR_getuid, __NR_geteuid, __NR_getgid, __NR_getegid, __NR_getppid, __NR_fcntl, __NR_dup, __NR_dup3, __NR_ppoll, __NR_fadvise64,
#ifdef __NR_arch_prctl
	__NR_arch_prctl,
#endif
#ifdef __NR_stat
	__NR_stat, __NR_lstat, __NR_access, __NR_readlink, __NR_dup2, __NR_poll, __NR_time,
#endif
};

/* The broker starts it and waits. */
static const int broker[] = { __NR_wait4, __NR_waitid, __NR_memfd_create, __NR_pipe2, __NR_kill, __NR_prctl, __NR_seccomp, __NR_setrlimit,
#ifdef __NR_fork
	__NR_fork, __NR_vfork,
#endif
};

enum { FILTER_MAX = 320 };

struct filter {
	struct sock_filter f[FILTER_MAX];
	size_t n;
};

#define WORD(i) ((uint32_t)(offsetof(struct seccomp_data, args) + 8 * (i)))

static void
put(struct filter *p, uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
	if (p->n < FILTER_MAX)
		p->f[p->n++] = (struct sock_filter){ code, yes, no, k };
}

static void
answer_if(struct filter *p, int call, uint32_t answer)
{
	put(p, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 1);
	put(p, BPF_RET | BPF_K, answer, 0, 0);
}

/* The call is allowed unless its argument i has one of the bits. The number of the call is in the accumulator, before and after. */
static void
allow_without(struct filter *p, int call, unsigned i, uint32_t bits)
{
	put(p, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 4);
	put(p, BPF_LD | BPF_W | BPF_ABS, WORD(i), 0, 0);
	put(p, BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1);
	put(p, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM, 0, 0);
	put(p, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
}

static void
build(struct filter *p, enum gk_box box, bool is_broker)
{
	const int *list = box == GK_BOX_STRICT ? strict : tools;
	size_t n = box == GK_BOX_STRICT ? COUNT(strict) : COUNT(tools);

	put(p, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch), 0, 0);
#ifdef ARCH
	put(p, BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0);
	put(p, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
#endif
	put(p, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
#ifdef __x86_64__
	/* x32: the same calls under other numbers. */
	put(p, BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);
	put(p, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
#endif
	for (size_t i = 0; i < n; i++)
		answer_if(p, list[i], SECCOMP_RET_ALLOW);
	for (size_t i = 0; is_broker && i < COUNT(broker); i++)
		answer_if(p, broker[i], SECCOMP_RET_ALLOW);
	for (size_t i = 0; i < COUNT(killed); i++)
		answer_if(p, killed[i], SECCOMP_RET_KILL_PROCESS);
	if (box == GK_BOX_STRICT) {
		allow_without(p, __NR_mmap, 2, PROT_EXEC);
		allow_without(p, __NR_mprotect, 2, PROT_EXEC);
	} else {
		/* Reading only: also where there is no Landlock to say so. */
		allow_without(p, __NR_openat, 2, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND);
#ifdef __NR_open
		allow_without(p, __NR_open, 1, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND);
#endif
	}
	if (is_broker)
		/* A process, in this namespace. */
		allow_without(p, __NR_clone, 0, CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP | CLONE_THREAD);
	put(p, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM, 0, 0);
}

static bool
seccomp(enum gk_box box, bool is_broker)
{
	struct filter f = { .n = 0 };
	struct sock_fprog program;

	build(&f, box, is_broker);
	program = (struct sock_fprog){ (unsigned short)f.n, f.f };
	return !gk_fault("seccomp") && f.n < FILTER_MAX && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

enum gk_status
gk_jail(enum gk_box box, const char *const *programs, bool *locked, struct gk_err *err)
{
	*locked = !GK_SANITIZED && landlock(box, programs);
	if (!GK_SANITIZED && !seccomp(box, box == GK_BOX_TOOLS))
		return cannot(err, "seccomp");
	return GK_OK;
}

bool
gk_jail_tool(void)
{
	return GK_SANITIZED || seccomp(GK_BOX_TOOLS, false);
}
