"""`mezhved type`: packages are checked, shown, kept and taken out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from mezhved.cli.types import types
from tests.support.packages import TYPE, common_schema, request, request_schema, zipped

if TYPE_CHECKING:
    from pathlib import Path

NAME = "test-passport-check-1.0.0"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    path = tmp_path / "package.zip"
    files = {
        "main.xsd": request_schema(),
        "commons.xsd": common_schema(),
        "Эталоны/1/Request.xml": request(attributes=' СНИЛС="11223344596"'),
        "Эталоны/2/Request.xml": request("x"),
    }
    path.write_bytes(zipped({name: each.encode() for name, each in files.items()}))
    return path


@pytest.fixture
def catalogue(tmp_path: Path) -> list[str]:
    return ["--catalogue", str(tmp_path / "types")]


def run(*words: str, code: int = 0) -> str:
    result = CliRunner(env={"MEZHVED_LANG": "en"}).invoke(types, words)
    assert result.exit_code == code, result.output
    return result.output


def test_a_good_package_passes(package: Path) -> None:
    printed = run("check", str(package))

    assert f"{{{TYPE}}}Запрос — Запрос (fields: 2)" in printed
    assert "Эталоны/1/Request.xml: valid, comes back without loss" in printed
    assert "warning: /Запрос/@СНИЛС (СНИЛС): SNILS: the check digit does not match" in printed
    assert "error: /Запрос/Серия (Серия паспорта): must look like 0000" in printed
    assert printed.endswith("all that could be expected of the package holds\n")


def test_the_report_is_data_too(package: Path) -> None:
    report = json.loads(run("check", str(package), "--json"))

    assert report["holds"] is True
    first, second = report["samples"]
    assert (first["verdict"], first["lossless"], first["expected"]) == ("valid", True, "valid")
    assert [(each["path"], each["rule"]) for each in second["findings"]] == [("/Запрос/Серия", "pattern")]
    assert report["roots"][0]["name"] == f"{{{TYPE}}}Запрос"


def test_a_bad_package_fails_with_exit_code_1(tmp_path: Path) -> None:
    (tmp_path / "main.xsd").write_text(request_schema())

    printed = run("check", str(tmp_path), code=1)
    report = json.loads(run("check", str(tmp_path), "--json", code=1))

    assert printed.endswith("the package does not pass\n")
    assert report["holds"] is False
    assert report["failures"]


def test_a_type_is_added_shown_checked_and_removed(package: Path, catalogue: list[str]) -> None:
    assert run("add", str(package), *catalogue).startswith(NAME)
    assert run("list", *catalogue).startswith(NAME)
    (listed,) = json.loads(run("list", "--json", *catalogue))
    assert (listed["name"], listed["version"]) == (NAME, "1.0.0")
    shown = run("show", NAME, *catalogue)
    assert "Серия* — Серия паспорта [text]" in shown
    assert "samples: 2, scenarios: 0" in shown
    record = json.loads(run("show", NAME, "--json", "--root", "Запрос", *catalogue))
    assert record["roots"][0]["form"]["children"]
    assert run("check", NAME, *catalogue).endswith("holds\n")

    run("remove", NAME, *catalogue)

    assert run("list", *catalogue) == ""


@pytest.mark.parametrize("words", [["show", "no-such"], ["check", "no/such.zip"], ["remove", "no-such"]])
def test_what_is_not_there_is_refused(words: list[str], catalogue: list[str]) -> None:
    result = CliRunner().invoke(types, [*words, *catalogue])

    assert result.exit_code == 1
    assert result.output == ""
