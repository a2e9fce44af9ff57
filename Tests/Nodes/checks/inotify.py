"""Watches /etc and a file that the image brought, changes things, and wants to hear of each."""
import ctypes
import os
import select
import struct

IN_MODIFY, IN_CLOSE_WRITE, IN_MOVED_TO, IN_DELETE = 0x2, 0x8, 0x80, 0x200
libc = ctypes.CDLL(None, use_errno=True)
descriptor = libc.inotify_init1(os.O_NONBLOCK)
wanted = IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE
folder = libc.inotify_add_watch(descriptor, b"/etc", wanted)
image_file = libc.inotify_add_watch(descriptor, b"/etc/shells", wanted)
assert folder > 0 and image_file > 0, os.strerror(ctypes.get_errno())

text = open("/etc/shells").read()
with open("/etc/shells", "w") as file:
    file.write(text)
with open("/etc/weft-watched", "w") as file:
    file.write("one")
os.rename("/etc/weft-watched", "/etc/weft-moved")
os.remove("/etc/weft-moved")

heard = set()
while select.select([descriptor], [], [], 1)[0]:
    data = os.read(descriptor, 65536)
    while data:
        watch, mask, _, length = struct.unpack_from("iIII", data)
        heard.add((watch, mask, data[16:16 + length].rstrip(b"\0").decode()))
        data = data[16 + length:]
for event in [(folder, IN_CLOSE_WRITE, "shells"), (image_file, IN_CLOSE_WRITE, ""), (folder, IN_MODIFY, "weft-watched"),
              (folder, IN_CLOSE_WRITE, "weft-watched"), (folder, IN_MOVED_TO, "weft-moved"), (folder, IN_DELETE, "weft-moved")]:
    assert event in heard, f"nothing heard of {event}; heard {sorted(heard)}"
