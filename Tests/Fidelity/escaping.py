"""Names as printable ASCII: every other byte, and the backslash, as C escapes."""
import os
import re

SHORT = {0x0A: "\\n", 0x09: "\\t", 0x5C: "\\\\"}
LONG = re.compile(rb"\\(n|t|\\|x[0-9a-f]{2})")


def escape(name):
    """The escaped text of a name as the system gives it (text with surrogates, or bytes)."""
    return "".join(
        SHORT.get(byte) or (chr(byte) if 0x20 <= byte <= 0x7E else f"\\x{byte:02x}") for byte in os.fsencode(name)
    )


def unescape(text):
    """The name that an escaped text stands for."""

    def byte(match):
        code = match[1]
        if code.startswith(b"x"):
            return bytes([int(code[1:], 16)])
        return {b"n": b"\n", b"t": b"\t", b"\\": b"\\"}[code]

    return os.fsdecode(LONG.sub(byte, os.fsencode(text)))
