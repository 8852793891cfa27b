"""Compiled parts are taken only where they read lxml's trees rightly."""

from __future__ import annotations

from lxml import etree

from mezhved.smev3 import native

LXML = ".".join(map(str, etree.LXML_VERSION[:3]))
MAJOR, MINOR, MICRO = etree.LIBXML_VERSION
LIBXML = MAJOR * 10000 + MINOR * 100 + MICRO


def test_a_build_against_the_running_lxml_fits() -> None:
    assert native.fits(LXML, LIBXML)
    assert native.fits(f"{etree.LXML_VERSION[0]}.{etree.LXML_VERSION[1]}.99", LIBXML)


def test_a_build_against_another_lxml_or_libxml2_does_not() -> None:
    assert not native.fits("4.9.3", LIBXML)
    assert not native.fits(f"{etree.LXML_VERSION[0]}.{etree.LXML_VERSION[1] + 1}.0", LIBXML)
    assert not native.fits(LXML, LIBXML + 100)
    assert not native.fits(LXML, LIBXML - 10000)


def test_a_module_that_was_not_built_is_none() -> None:
    assert native.load("mezhved.smev3._not_built") is None
