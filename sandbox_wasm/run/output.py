"""What is kept of the output of a block: the beginning and the end of each stream."""

LEFT_OUT = "\n... [{} characters left out] ...\n"
"""Stands where something was left out."""

_CONTINUING = bytes(range(0x80, 0xC0))
"""The bytes in UTF-8 that a character does not begin with."""


class Stream:
    """A stream of UTF-8 of which the first and the last half of so many bytes are kept.

    Args:
        limit: The bytes to keep.
    """

    __slots__ = ("_head", "_left_out", "_limit", "_parts", "_room", "_size")

    def __init__(self, limit: int) -> None:
        self._limit = self._room = limit
        self._parts: list[bytes] = []
        self._size = 0
        self._head: bytes | None = None  # what the stream began with, once it is cut
        self._left_out = 0

    @property
    def size(self) -> int:
        """How many bytes are kept, the limit at most."""
        return min(self._size + len(self._head or b""), self._limit)

    def write(self, data: bytes) -> None:
        """Add to the stream."""
        self._parts.append(data)
        self._size += len(data)
        if self._size > self._room:
            self._cut(self._limit)
            self._room = 2 * self._limit  # the tail alone may grow to this before it is cut again

    def text(self, limit: int) -> tuple[str, int]:
        """What is kept of it, with no character cut in two.

        Args:
            limit: The bytes to keep, no more than before.

        Returns:
            The text, with a line in it that says how many characters are left out, if any are; and their number.
        """
        if not self._size and self._head is None:
            return "", 0
        if self._head is not None or self._size > limit:
            self._cut(limit)
        kept = b"".join(self._parts)
        if self._head is None:
            return kept.decode("utf-8", "replace"), 0
        if not limit:
            return "", self._left_out
        head, tail = self._head.decode("utf-8", "replace"), kept.decode("utf-8", "replace")
        return f"{head}{LEFT_OUT.format(self._left_out)}{tail}", self._left_out

    def _cut(self, limit: int) -> None:
        """Keep no more than `limit` bytes, and count the characters of the rest."""
        first, last = limit - limit // 2, limit // 2
        data = b"".join(self._parts)
        if self._head is None:
            self._head, data = data[:first], data[first:]
        head, tail = _whole(self._head[:first]), data
        if len(data) > last:
            tail = data[len(data) - last :]
            tail = tail[len(tail[:3]) - len(tail[:3].lstrip(_CONTINUING)) :]
        dropped = self._head[len(head) :] + data[: len(data) - len(tail)]
        self._left_out += len(dropped.decode("utf-8", "replace"))
        self._head, self._parts, self._size = head, [tail], len(tail)


def _whole(data: bytes) -> bytes:
    """UTF-8 without a character at its end of which a part is missing."""
    for back in range(1, min(4, len(data) + 1)):
        first = data[-back]
        if first >= 0xC0:
            size = 2 if first < 0xE0 else 3 if first < 0xF0 else 4
            return data[:-back] if size > back else data
        if first < 0x80:
            break
    return data
