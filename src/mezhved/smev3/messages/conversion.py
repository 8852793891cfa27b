"""A sender's data in the words of another version, for a recipient that speaks that one."""

from __future__ import annotations

from lxml import etree

from mezhved.smev3.fragments import Source
from mezhved.smev3.messages.content import SenderProvidedRequestData, SenderProvidedResponseData
from mezhved.smev3.messages.writing import Profile
from mezhved.smev3.versions import Version
from mezhved.smev3.xml import parse


def converted(data: bytes, version: Version, profile: Profile = Profile.STRICT) -> bytes:
    """Return a SenderProvidedRequestData or SenderProvidedResponseData as `version` says it.

    Business data and the personal signature are embedded as they came. The sender's own signature does not
    hold over the result, unless the data is of that version already and comes back octet by octet. Raises
    `InvalidEnvelope` for other elements and for what breaks the schema.
    """
    root = parse(data)
    if Version.of_namespace(etree.QName(root).namespace) is version:
        return data
    if etree.QName(root).localname == SenderProvidedResponseData.__name__:
        return SenderProvidedResponseData.from_xml(root, Source(data, root)).to_xml(version, profile)
    return SenderProvidedRequestData.from_xml(root, Source(data, root)).to_xml(version, profile)
