"""Test scenarios as the manuals of GIS GMP print them: XPath, prefixes, XSLT 2.0 out of a listing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from mezhved.infotypes.scenarios import Scenario, answer, run
from mezhved.infotypes.stylesheets import StylesheetRunner
from tests.support.smev3_reference import beside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER = beside("vs") / "roskazna" / "docs-2.1.1"
MANUALS = sorted(FOLDER.glob("*.txt"))
pytestmark = pytest.mark.skipif(not MANUALS, reason="no reference material beside the repository")

SHEET = re.compile(r"<\?xml[^>]*\?>\s*<xsl:stylesheet.*?</xsl:stylesheet>", re.DOTALL)
EXAMPLE = re.compile(r"КП \d+ (//.*?) (\w+=urn:\S.*?)(?: \S+\.xsl|$)", re.MULTILINE)


@dataclass(frozen=True)
class Manual:
    name: str
    sheets: tuple[bytes, ...]
    examples: tuple[tuple[str, str], ...]


def read(path: Path) -> Manual:
    text = path.read_text(encoding="utf-8")
    bare = re.sub(r"^\| ?(.*?) ?\|$", r"\1", text, flags=re.MULTILINE)
    return Manual(
        path.stem,
        tuple(each.encode() for each in SHEET.findall(bare)),
        tuple((each[0], each[1]) for each in EXAMPLE.findall(text)),
    )


@pytest.fixture(scope="module")
def runner() -> Iterator[StylesheetRunner]:
    with StylesheetRunner(processes=1) as made:
        yield made


@pytest.mark.parametrize("path", MANUALS, ids=lambda path: path.stem)
def test_printed_stylesheets_run(path: Path, runner: StylesheetRunner) -> None:
    manual = read(path)
    assert manual.sheets
    for sheet in manual.sheets:
        assert runner.transform(sheet, b"<nothing/>") == b""


XSD = "http://roskazna.ru/gisgmp/xsd"
SERVICES = "urn://roskazna.ru/gisgmp/xsd/services"
BILL = "32117072411021588933"
REQUESTS = {
    "import-charges": (
        f'<r:ImportChargesRequest xmlns:r="{SERVICES}/import-charges/2.1.1" xmlns:p="{XSD}/Package/2.1.1">'
        '<p:ChargesPackage><p:ImportedCharge supplierBillID="32116102414550976332"/></p:ChargesPackage>'
        "</r:ImportChargesRequest>"
    ),
    "import-refunds": (
        f'<r:ImportRefundsRequest xmlns:r="{SERVICES}/import-refunds/2.1.1" xmlns:p="{XSD}/Package/2.1.1">'
        '<p:RefundsPackage><p:ImportedRefund refundId="0410964924072017000000001"/></p:RefundsPackage>'
        "</r:ImportRefundsRequest>"
    ),
    "export-payments": (
        f'<r:ExportPaymentsRequest xmlns:r="{SERVICES}/export-payments/2.1.1" '
        f'xmlns:s="{XSD}/SearchConditions/2.1.1"><s:PaymentsExportConditions kind="PAYMENT">'
        f"<s:ChargesConditions><s:SupplierBillID>{BILL}</s:SupplierBillID></s:ChargesConditions>"
        "</s:PaymentsExportConditions></r:ExportPaymentsRequest>"
    ),
    "export-quittances": (
        f'<r:ExportQuittancesRequest xmlns:r="{SERVICES}/export-quittances/2.1.1" '
        f'xmlns:s="{XSD}/SearchConditions/2.1.1"><s:QuittancesExportConditions kind="QUITTANCE">'
        f"<s:ChargesConditions><s:SupplierBillID>{BILL}</s:SupplierBillID></s:ChargesConditions>"
        "</s:QuittancesExportConditions></r:ExportQuittancesRequest>"
    ),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_printed_scenarios_answer(name: str, runner: StylesheetRunner) -> None:
    manual = read(FOLDER / f"{name}.txt")
    ((xpath, namespaces),) = manual.examples
    scenario = Scenario.of("КП 1", xpath, namespaces, manual.sheets[0])
    found = answer(REQUESTS[name].encode(), [scenario], runner)
    assert found is not None
    assert found.content is not None
    assert found.content.startswith(b"<")
    assert b"Response" in found.content[:60]
    assert re.search(rb'timestamp="20\d\d-', found.content)
    # some manuals name a namespace that the schemas beside them do not have
    assert found.renamed is ("gisgmp/services/" in namespaces)
    assert answer(REQUESTS[name].replace("2.1.1", "2.4.0").encode(), [scenario], runner) is None
    assert run(REQUESTS[name].encode(), scenario, runner).content is not None
