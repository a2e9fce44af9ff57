#ifndef WEFT_CLINUX_H
#define WEFT_CLINUX_H

/* System headers and GNU declarations that Swift's Glibc module leaves out, and
   casts for what C declares as variadic. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

/* Swift's own module reads this header without _GNU_SOURCE, which names the
   member of fd_set differently; both must agree. */
#include <features.h>
#pragma push_macro("__USE_XOPEN")
#undef __USE_XOPEN
#include <sys/select.h>
#pragma pop_macro("__USE_XOPEN")

#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/fsuid.h>
#include <sys/inotify.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/xattr.h>

/* getdents64(2), which glibc wraps only since 2.30. */
ssize_t weft_getdents64(int fd, void *buffer, size_t size);

/* Lets the kernel take back the pages of program text and constants, of this program and of its libraries. They stay in
   the page cache and are mapped again when they are used. */
void weft_unmap_program_text(void);

#endif
