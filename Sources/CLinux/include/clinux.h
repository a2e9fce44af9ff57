#ifndef WEFT_CLINUX_H
#define WEFT_CLINUX_H

/* System headers that Swift's Glibc module leaves out, and casts for what C
   declares as variadic. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/xattr.h>

#endif
