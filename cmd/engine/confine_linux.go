package main

import (
	"fmt"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"

	"shouhu/internal/wire"
)

// confine takes from the process what a query engine does not need: every
// system call that is not on the list of allowed fails with EPERM on all
// threads, so that even a fault in the database opens no file. The limits of
// memory and time stand a good way above the database's own, for when that
// fails to hold them.
func confine(r *wire.Request) error {
	const room = 2 << 30 // address space of two runtimes and their stacks
	memory := uint64(r.Memory)*2 + room
	seconds := uint64(r.Seconds*(r.Threads+1)) + 10
	for _, l := range []struct {
		which int
		most  uint64
	}{
		{unix.RLIMIT_AS, memory + uint64(r.Threads)*(128<<20)},
		{unix.RLIMIT_CPU, seconds},
		{unix.RLIMIT_FSIZE, 0},
		{unix.RLIMIT_CORE, 0},
		{unix.RLIMIT_NOFILE, 16},
	} {
		if err := unix.Setrlimit(l.which, &unix.Rlimit{Cur: l.most, Max: l.most}); err != nil {
			return fmt.Errorf("limit %d: %w", l.which, err)
		}
	}
	return filter()
}

// filter installs the list of allowed system calls on every thread.
func filter() error {
	ret := func(k uint32) unix.SockFilter { return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: k} }
	load := func(at uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: at}
	}
	const (
		equal   = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
		allow   = 0x7fff0000 // SECCOMP_RET_ALLOW
		refuse  = 0x00050000 | uint32(unix.EPERM)
		kill    = 0x80000000
		nr      = 0 // offsets in struct seccomp_data
		machine = 4
	)
	program := []unix.SockFilter{
		load(machine),
		{Code: equal, Jt: 1, K: auditArch},
		ret(kill),
		load(nr),
	}
	for _, call := range allowed {
		program = append(program, unix.SockFilter{Code: equal, Jf: 1, K: uint32(call)}, ret(allow))
	}
	program = append(program, ret(refuse))
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("no new privileges: %w", err)
	}
	p := unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
	const allThreads = unix.SECCOMP_FILTER_FLAG_TSYNC
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, allThreads, uintptr(unsafe.Pointer(&p)))
	runtime.KeepAlive(program)
	if errno != 0 {
		return fmt.Errorf("list of system calls: %w", errno)
	}
	return nil
}

// allowed is what memory, threads, locks, clocks and the two pipes need. There
// is no open, no socket, no exec among them.
var allowed = append([]uintptr{
	unix.SYS_READ, unix.SYS_WRITE, unix.SYS_READV, unix.SYS_WRITEV, unix.SYS_CLOSE, unix.SYS_FSTAT, unix.SYS_LSEEK, unix.SYS_FCNTL,
	unix.SYS_MMAP, unix.SYS_MUNMAP, unix.SYS_MPROTECT, unix.SYS_MADVISE, unix.SYS_MREMAP, unix.SYS_BRK, unix.SYS_MINCORE, unix.SYS_MEMBARRIER,
	unix.SYS_FUTEX, unix.SYS_CLONE, unix.SYS_CLONE3, unix.SYS_SET_ROBUST_LIST, unix.SYS_RSEQ, unix.SYS_EXIT, unix.SYS_EXIT_GROUP,
	unix.SYS_RT_SIGACTION, unix.SYS_RT_SIGPROCMASK, unix.SYS_RT_SIGRETURN, unix.SYS_SIGALTSTACK, unix.SYS_TGKILL, unix.SYS_GETTID, unix.SYS_GETPID,
	unix.SYS_SCHED_YIELD, unix.SYS_SCHED_GETAFFINITY, unix.SYS_GETCPU, unix.SYS_SYSINFO, unix.SYS_UNAME, unix.SYS_GETRUSAGE, unix.SYS_PRLIMIT64, unix.SYS_PRCTL,
	unix.SYS_NANOSLEEP, unix.SYS_CLOCK_NANOSLEEP, unix.SYS_CLOCK_GETTIME, unix.SYS_CLOCK_GETRES, unix.SYS_GETTIMEOFDAY,
	unix.SYS_TIMER_CREATE, unix.SYS_TIMER_SETTIME, unix.SYS_TIMER_DELETE, unix.SYS_SETITIMER, unix.SYS_RESTART_SYSCALL,
	unix.SYS_EPOLL_CREATE1, unix.SYS_EPOLL_CTL, unix.SYS_EPOLL_PWAIT, unix.SYS_EVENTFD2, unix.SYS_PPOLL, unix.SYS_GETRANDOM,
}, machineAllowed...)
