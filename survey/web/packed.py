"""A page as gzip, of which only what differs between visits is compressed for each visit.

What is the same on all pages was compressed before. The parts are pieces of one stream: each ends on a whole byte and
refers to nothing before it but what is always there, so they can be put one after the other (RFC 1951 and 1952).
"""

import struct
import zlib
from dataclasses import dataclass

LEVEL = 6
"""For what is compressed at each visit, some hundred bytes."""

ONCE_LEVEL = 9

_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""gzip, deflated, no name, no time, no system: the same page is the same bytes."""


@dataclass(frozen=True)
class PackedEnds:
    """The beginning and the end of pages that differ in between.

    Attributes:
        front: the deflated beginning, behind gzip's own head.
        begin: the beginning as it is, to which what follows it may refer.
        front_crc: the beginning's checksum.
        back: the deflated end.
        end: the end as it is, for the checksum.
        size: bytes of both as they are.
    """

    front: bytes
    begin: bytes
    front_crc: int
    back: bytes
    end: bytes
    size: int

    @classmethod
    def of(cls, begin: str, end: str) -> "PackedEnds":
        """What is worked out once for a beginning and an end."""
        first, last = begin.encode(), end.encode()
        front = _HEAD + _deflated(first, ONCE_LEVEL, zlib.Z_FULL_FLUSH)
        back = _deflated(last, ONCE_LEVEL, zlib.Z_FINISH)
        return cls(front, first, zlib.crc32(first), back, last, len(first) + len(last))

    def around(self, between: str) -> bytes:
        """The whole page as one gzip stream."""
        middle = between.encode()
        crc = zlib.crc32(self.end, zlib.crc32(middle, self.front_crc))
        inner = _deflated(middle, LEVEL, zlib.Z_FULL_FLUSH, self.begin)
        return b"".join((self.front, inner, self.back, struct.pack("<LL", crc, self.size + len(middle))))


def _deflated(content: bytes, level: int, flush: int, before: bytes = b"") -> bytes:
    compressor = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS, zdict=before)
    return compressor.compress(content) + compressor.flush(flush)
