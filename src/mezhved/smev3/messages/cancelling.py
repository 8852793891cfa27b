"""CancelRequest, which the first schema of 1.1 (2015) had and no version in use has.

It is read so that whoever still calls it is told what is wrong: RequestIsNotFound of all faults stayed
in the schemas for it alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from mezhved.smev3.messages import building
from mezhved.smev3.messages.delivered import kept_signature
from mezhved.smev3.messages.reading import Reader, cut, signature_in, text_of, version_of
from mezhved.smev3.messages.writing import DECLARATIONS, Profile, WireElement, escape, id_attribute

if TYPE_CHECKING:
    from lxml import etree

    from mezhved.smev3.fragments import Fragment, Source
    from mezhved.smev3.versions import Version

_REFERENCE = "MessageReference"


@dataclass(frozen=True, slots=True)
class CancelRequestRequest(WireElement):
    """Call a request off: `message_id` is the request's, the caller signs MessageReference."""

    message_id: str
    id: str | None = None
    caller_signature: Fragment | None = None
    data_octets: Fragment | None = field(default=None, compare=False)
    version: Version | None = field(default=None, compare=False)

    def reference(self, version: Version) -> bytes:
        """Return the MessageReference element, self-contained."""
        identifier = id_attribute(self.id)
        start = f"<{_REFERENCE}{DECLARATIONS[version]}{identifier}>"
        return f"{start}{escape(self.message_id)}</{_REFERENCE}>".encode()

    def write(self, version: Version, profile: Profile, declarations: str = "") -> bytes:  # noqa: ARG002
        """Return the CancelRequestRequest element, self-contained."""
        kept = self.data_octets is not None and self.version is version
        signed = self.data_octets.octets if kept and self.data_octets else self.reference(version)
        signature = kept_signature(self.caller_signature, self.version, version)
        return building.call("CancelRequestRequest", version, signed, signature)

    @classmethod
    def from_xml(cls, request: etree._Element, source: Source | None = None) -> Self:
        """Read a CancelRequestRequest; `InvalidEnvelope` tells what is missing, wrong or too much."""
        version = version_of(request)
        reader = Reader(request)
        reference = reader.required(f"{{{version.basic}}}{_REFERENCE}")
        holder = reader.optional(f"{{{version.types}}}CallerInformationSystemSignature")
        reader.end()
        return cls(
            text_of(reference),
            reference.get("Id"),
            signature_in(holder, source),
            cut(reference, source),
            version,
        )
