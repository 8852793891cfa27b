"""The process that stylesheets run in: it has nothing but its two pipes.

Everything it needs is loaded first. Then the kernel is told that it may open no file and no socket
(no more file descriptors), write no file and take no more memory than given; nothing that a
stylesheet can reach lifts that again. What Saxon and libxslt offer to switch off is off as well.
"""

from __future__ import annotations

import os
import re
import resource
import signal
from typing import Any, Final

from lxml import etree
from saxonche import PySaxonProcessor

from mezhved.infotypes.stylesheets.frames import BrokenFrame, frame, read_frame
from mezhved.smev3.xml import FILE_LIMITS, parse
from mezhved.texts import MezhvedError

MESSAGE_LENGTH: Final = 1000
XSL: Final = "http://www.w3.org/1999/XSL/Transform"
_NO_EXTERNAL: Final = "http://saxon.sf.net/feature/allow-external-functions"
_PROTOCOLS: Final = "http://saxon.sf.net/feature/allowedProtocols"
_DECLARATION: Final = re.compile(r"\A\ufeff?<\?xml\s[^>]*\?>\s*")
_MICROSOFT: Final = b"urn:schemas-microsoft-com:xslt"
_EXSLT: Final = b"http://exslt.org/common"
_access: Any = etree.XSLTAccessControl  # lxml's stubs do not know its arguments
# `document('')`, the stylesheet itself, counts as the network; there is none here, and no file either
_OWN_DOCUMENT: Final = _access(
    read_file=False, write_file=False, create_dir=False, read_network=True, write_network=False
)
_WARM_UP: Final = (
    b'<t xsl:version="%b" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:value-of select="%b"/></t>'
)


class _FailedError(Exception):
    """What the processor says of the stylesheet."""


class Engines:
    """Both processors, made while files may still be opened."""

    def __init__(self) -> None:
        self._saxon = PySaxonProcessor(license=False)
        self._saxon.set_configuration_property(_NO_EXTERNAL, "off")
        self._saxon.set_configuration_property(_PROTOCOLS, "none")
        self.transform(_WARM_UP % (b"1.0", b"1"), b"<a/>")
        self.transform(_WARM_UP % (b"3.0", b"format-dateTime(current-dateTime(), '[Y]')"), b"<a/>")
        self.choose([("/a/string()", {})], b"<a/>")

    def transform(self, stylesheet: bytes, document: bytes) -> str:
        """Return the result as text, without an XML declaration.

        XSLT 1.0 is the work of libxslt; what it does not take is tried by Saxon, since stylesheets that
        say 1.0 and use functions of 2.0 are met.
        """
        # msxsl:node-set, which stylesheets made for .NET use, is that of EXSLT
        own = stylesheet.replace(_MICROSOFT, _EXSLT)
        sheet, tree = parse(own, FILE_LIMITS), parse(document, FILE_LIMITS)
        for output in sheet.iter(f"{{{XSL}}}output"):
            output.attrib.pop("encoding", "")  # the result is text, and no table of an encoding can be loaded
        if _version(sheet) >= 2:  # noqa: PLR2004 - the version of XSLT
            return self._transform_2(sheet, tree)
        try:
            return _transform_1(sheet, tree)
        except _FailedError:
            try:
                return self._transform_2(sheet, tree)
            except _FailedError:
                pass  # what libxslt said of its own language is the clearer text
            raise

    def choose(
        self, patterns: list[tuple[str, dict[str, str]]], document: bytes
    ) -> tuple[int | None, dict[int, str]]:
        """Return the first pattern that is true of the document, and which do not work and why."""
        tree = parse(document, FILE_LIMITS)
        broken: dict[int, str] = {}
        for number, (xpath, namespaces) in enumerate(patterns):
            try:
                if self._is_true(xpath, namespaces, tree):
                    return number, broken
            except _FailedError as error:
                broken[number] = str(error)
        return None, broken

    def _is_true(self, xpath: str, namespaces: dict[str, str], tree: etree._Element) -> bool:
        named = {prefix: uri for prefix, uri in namespaces.items() if prefix}
        if len(named) == len(namespaces):
            try:
                return bool(etree.XPath(f"boolean({xpath})", namespaces=named)(tree.getroottree()))
            except (etree.XPathError, ValueError):
                pass  # an expression of XPath 2.0 and later
        try:
            processor = self._saxon.new_xpath_processor()
            for prefix, uri in namespaces.items():
                processor.declare_namespace(prefix, uri)
            processor.set_context(xdm_item=self._node(tree))
            return bool(processor.effective_boolean_value(xpath))
        except Exception as error:
            raise _FailedError(_told(error)) from error

    def _transform_2(self, sheet: etree._Element, tree: etree._Element) -> str:
        try:
            executable = self._saxon.new_xslt30_processor().compile_stylesheet(stylesheet_text=_text(sheet))
            result = executable.transform_to_string(xdm_node=self._node(tree))
        except Exception as error:
            raise _FailedError(_told(error)) from error
        return _DECLARATION.sub("", result or "")

    def _node(self, tree: etree._Element) -> Any:
        return self._saxon.parse_xml(xml_text=_text(tree))


def _transform_1(sheet: etree._Element, tree: etree._Element) -> str:
    try:
        transform = etree.XSLT(sheet, access_control=_OWN_DOCUMENT)
        result = str(transform(tree.getroottree()))
    except (etree.XSLTError, ValueError, LookupError, AttributeError) as error:
        raise _FailedError(_told(error)) from error
    return _DECLARATION.sub("", result)


def _version(sheet: etree._Element) -> float:
    text = sheet.get("version") if sheet.tag.startswith(f"{{{XSL}}}") else sheet.get(f"{{{XSL}}}version")
    try:
        return float(text or "1.0")
    except ValueError:
        return 1.0


def _text(tree: etree._Element) -> str:
    return etree.tostring(tree, encoding="unicode", with_tail=False)


def _told(error: BaseException) -> str:
    """Return the error in one line, without the folder that Saxon takes for the stylesheet's address."""
    return re.sub(r"\s+", " ", str(error).replace(" of file:///:", ":").replace("file:///", "")).strip()[
        :MESSAGE_LENGTH
    ]


def _close_everything(megabytes: int) -> None:
    """Leave the process nothing but the pipes it has, for good."""
    nothing = (0, 0)
    memory = megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_CORE, nothing)
    resource.setrlimit(resource.RLIMIT_FSIZE, nothing)
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_NOFILE, nothing)


def _serve(engines: Engines, head: dict[str, Any], parts: list[bytes]) -> bytes:
    try:
        return _done(engines, head, parts)
    except _FailedError as error:
        message = str(error)
    except MezhvedError as error:
        message = f"{error.where}: {error.what.en}"
    except (MemoryError, RecursionError):
        return frame({"error": "overflow"})
    except Exception as error:  # noqa: BLE001 - whatever a stylesheet brought about, the next one may run
        message = f"{type(error).__name__}: {_told(error)}"
    return frame({"error": "failed", "message": message[:MESSAGE_LENGTH]})


def _done(engines: Engines, head: dict[str, Any], parts: list[bytes]) -> bytes:
    if head["do"] == "choose":
        chosen, broken = engines.choose([(each[0], each[1]) for each in head["patterns"]], parts[0])
        return frame({"chosen": chosen, "broken": {str(number): why for number, why in broken.items()}})
    octets = engines.transform(parts[0], parts[1]).encode()
    return frame({"error": "overflow"}) if len(octets) > head["octets"] else frame({}, [octets])


def main(megabytes: int) -> None:
    """Serve until the runner closes its end."""
    os.chdir("/")
    answers = os.dup(1)
    os.dup2(2, 1)
    engines = Engines()
    _close_everything(megabytes)
    os.write(answers, frame({"ready": True}))
    while True:
        try:
            head, parts = read_frame(lambda count: os.read(0, count), 2**32)
        except BrokenFrame:
            return
        # the runner ends what takes too long; the alarm does where the runner itself has ended
        signal.setitimer(signal.ITIMER_REAL, head["seconds"] + 1)
        answer = memoryview(_serve(engines, head, parts))
        signal.setitimer(signal.ITIMER_REAL, 0)
        while answer:
            answer = answer[os.write(answers, answer) :]
