"""MTOM and XOP: multipart/related in both directions, as the real server speaks it."""

from mezhved.smev3.mtom.diverting import divert
from mezhved.smev3.mtom.errors import MalformedContent, MalformedMultipart, MtomLimits, SpoolUnavailable
from mezhved.smev3.mtom.mime import ContentType, parse_content_type, parse_headers
from mezhved.smev3.mtom.reading import NO_PARTS, Parts, read, receive
from mezhved.smev3.mtom.spool import PIECE, Part, Spool, SpooledPart, opened, temporary_file
from mezhved.smev3.mtom.writing import ROOT_ID, Openable, Source, content_type_of, length, pieces, write
from mezhved.smev3.mtom.xop import Package, content_octets, extract, inline

__all__ = [
    "NO_PARTS",
    "PIECE",
    "ROOT_ID",
    "ContentType",
    "MalformedContent",
    "MalformedMultipart",
    "MtomLimits",
    "Openable",
    "Package",
    "Part",
    "Parts",
    "Source",
    "Spool",
    "SpoolUnavailable",
    "SpooledPart",
    "content_octets",
    "content_type_of",
    "divert",
    "extract",
    "inline",
    "length",
    "opened",
    "parse_content_type",
    "parse_headers",
    "pieces",
    "read",
    "receive",
    "temporary_file",
    "write",
]
