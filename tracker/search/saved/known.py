"""A set of references in few bytes: sorted, one in a line, compressed.

42,000 references take some 90 kB, since neighbours differ in a digit or two.
"""

import zlib
from collections.abc import Iterable


def pack(refs: Iterable[str]) -> bytes:
    """The references as bytes; the same set always gives the same."""
    return zlib.compress("\n".join(sorted(refs)).encode())


def unpack(packed: bytes) -> frozenset[str]:
    """The references again."""
    return frozenset(filter(None, zlib.decompress(packed).decode().split("\n")))
