#include "clinux.h"

#include <sys/syscall.h>
#include <unistd.h>

ssize_t weft_getdents64(int fd, void *buffer, size_t size) {
    return syscall(SYS_getdents64, fd, buffer, size);
}
