"""base64 that arrives in pieces, decoded as strictly as if it had come whole."""

from __future__ import annotations

import binascii

_BLANKS = b" \t\r\n"
_QUANTUM = 4


class BadBase64(ValueError):  # noqa: N818 - what came, not what failed
    """The text is not base64."""


class Base64Pieces:
    """A decoder; blanks are passed over wherever they stand."""

    def __init__(self) -> None:
        self._rest = b""
        self._padded = False

    def feed(self, text: bytes) -> bytes:
        """Take more text and return what can be decoded of it. Raises `BadBase64`."""
        text = self._rest + text.translate(None, _BLANKS)
        whole = len(text) - len(text) % _QUANTUM
        self._rest = text[whole:]
        if not whole:
            return b""
        if self._padded:
            raise BadBase64
        head = text[:whole]
        try:
            octets = binascii.a2b_base64(head, strict_mode=True)
        except binascii.Error as error:
            raise BadBase64 from error
        self._padded = head.endswith(b"=")
        return octets

    @property
    def pending(self) -> bool:
        """Tell whether text waits for more of it."""
        return bool(self._rest)

    def end(self) -> None:
        """Demand that nothing is left over. Raises `BadBase64`."""
        if self._rest:
            raise BadBase64
