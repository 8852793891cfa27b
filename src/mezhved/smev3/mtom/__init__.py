"""MTOM and XOP: multipart/related in both directions, as the real server speaks it."""

from mezhved.smev3.mtom.errors import MalformedMultipart, MtomLimits
from mezhved.smev3.mtom.mime import ContentType, parse_content_type, parse_headers
from mezhved.smev3.mtom.reading import NO_PARTS, Parts, read
from mezhved.smev3.mtom.writing import ROOT_ID, write
from mezhved.smev3.mtom.xop import Package, content_octets, extract, inline

__all__ = [
    "NO_PARTS",
    "ROOT_ID",
    "ContentType",
    "MalformedMultipart",
    "MtomLimits",
    "Package",
    "Parts",
    "content_octets",
    "extract",
    "inline",
    "parse_content_type",
    "parse_headers",
    "read",
    "write",
]
