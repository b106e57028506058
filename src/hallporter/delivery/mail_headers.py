"""Headers of a mail, written from their parts and never by way of a parser.

The standard library parses a header to write it. It decodes what looks like an encoded word (RFC
2047), also where that is part of an address, and loses the quotes of a name that it has to fold:
either way a mail names somebody else than was meant.
"""

import re
from email.header import Header
from email.utils import quote

_LINE = 78
_PLAIN = re.compile(r"[ -~]*")
# An atom of RFC 5322 §3.2.3, and the label of a host name.
_MAILBOX = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9.-]+", re.ASCII | re.IGNORECASE)
_ENCODED_WORD = "=?"


class Line(str):
    """A header's value that is sent as it is written here; `name` is what the library asks for."""

    __slots__ = ("name",)
    name: str

    def fold(self, *, policy: object) -> str:
        """Return the whole line, as `email.policy` calls for it."""
        return f"{self.name}: {self}\r\n"


def line(name: str, value: str) -> Line:
    """Return a header; raises ValueError for a value that would begin another."""
    if not _PLAIN.fullmatch(value.replace("\r\n ", "")):
        raise ValueError(name)
    made = Line(value)
    made.name = name
    return made


def text(name: str, value: str) -> Line:
    """Return a header of words, folded and encoded as RFC 2047 has it where it must be."""
    return line(name, _words(name, " ".join(value.split())))


def sender(name: str, display_name: str, address: str) -> Line:
    """Return a header with an address and the name of who has it."""
    shown = " ".join(display_name.split())
    if not shown:
        return mailbox(name, address)
    quoted = f'"{quote(shown)}"'
    if not _is_plain(shown) or len(f"{name}: {quoted}") > _LINE:
        quoted = _encoded(name, shown)
    # On a line of its own it is short enough for every mail server (RFC 5322 §2.1.1).
    return line(name, f"{quoted}\r\n <{_checked(name, address)}>")


def mailbox(name: str, address: str) -> Line:
    """Return a header with one address alone."""
    return line(name, _checked(name, address))


def is_mailbox(address: str) -> bool:
    """Tell whether everybody reads an address alike."""
    return _MAILBOX.fullmatch(address) is not None and _ENCODED_WORD not in address


def _checked(name: str, address: str) -> str:
    if not is_mailbox(address):
        raise ValueError(name)
    return address


def _words(name: str, value: str) -> str:
    if _is_plain(value) and len(f"{name}: {value}") <= _LINE:
        return value
    return _encoded(name, value)


def _is_plain(value: str) -> bool:
    return _PLAIN.fullmatch(value) is not None and _ENCODED_WORD not in value


def _encoded(name: str, value: str) -> str:
    return Header(value, "utf-8", header_name=name).encode(linesep="\r\n")
