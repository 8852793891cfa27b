"""`mezhved smev3 transform` on files and pipes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from mezhved.cli.smev3_transform import transform

if TYPE_CHECKING:
    from pathlib import Path

RIGHT = b'<a xmlns="urn:a"><b> x &gt; y\r\n</b> </a>'
SIGNED = b'<ns1:a xmlns:ns1="urn:a"><ns1:b> x > y\n</ns1:b></ns1:a>'


def test_a_file_gives_its_octets_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "message.xml"
    file.write_bytes(RIGHT)
    result = CliRunner().invoke(transform, [str(file)])
    assert (result.exit_code, result.stdout_bytes, result.stderr) == (0, SIGNED, "")


def test_a_pipe_gives_its_octets_and_nothing_else() -> None:
    result = CliRunner().invoke(transform, ["-"], input=RIGHT)
    assert (result.exit_code, result.stdout_bytes, result.stderr) == (0, SIGNED, "")


@pytest.mark.parametrize(
    "document", [b"<a/>", b'<a xmlns="urn:a" xml:lang="ru"/>', b"<a", b"", b"<a>&e;</a>", b"\xff\xfe"]
)
def test_what_cannot_be_transformed_exits_with_1_and_the_reason(document: bytes) -> None:
    result = CliRunner().invoke(transform, ["-"], input=document)
    assert (result.exit_code, result.stdout_bytes) == (1, b"")
    assert result.stderr.startswith("-: ")


def test_a_missing_file_exits_with_1_and_the_reason(tmp_path: Path) -> None:
    result = CliRunner().invoke(transform, [str(tmp_path / "absent.xml")])
    assert (result.exit_code, result.stdout_bytes) == (1, b"")
    assert "absent.xml" in result.stderr


def test_many_files_go_to_a_folder_and_a_bad_one_stops_no_other(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("1.xml", "2.xml", "three")]
    for file, document in zip(files, (RIGHT, b"<a/>", RIGHT), strict=True):
        file.write_bytes(document)
    out = tmp_path / "new" / "out"
    result = CliRunner().invoke(transform, [*map(str, files), "--out-dir", str(out)])
    assert (result.exit_code, result.stdout_bytes) == (1, b"")
    assert "2.xml" in result.stderr
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {
        "1.xml.out": SIGNED,
        "three.out": SIGNED,
    }


def test_one_file_may_go_to_a_folder_too(tmp_path: Path) -> None:
    (tmp_path / "1.xml").write_bytes(RIGHT)
    result = CliRunner().invoke(transform, [str(tmp_path / "1.xml"), "--out-dir", str(tmp_path)])
    assert (result.exit_code, result.stdout_bytes, result.stderr) == (0, b"", "")
    assert (tmp_path / "1.xml.out").read_bytes() == SIGNED


@pytest.mark.parametrize(
    "arguments", [[], ["a", "b"], ["-", "--out-dir", "o"], ["x/a", "a", "--out-dir", "o"]]
)
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    assert CliRunner().invoke(transform, arguments).exit_code == 2


def test_other_encodings_and_odd_namespaces_are_read() -> None:
    document = '<?xml version="1.0" encoding="windows-1251"?><Имя xmlns="http://пф.рф/"/>'.encode("cp1251")
    result = CliRunner().invoke(transform, ["-"], input=document)
    assert result.stdout_bytes.decode() == '<ns1:Имя xmlns:ns1="http://пф.рф/"></ns1:Имя>'


def test_the_command_is_in_its_group() -> None:
    from mezhved.cli.main import cli  # noqa: PLC0415 - the whole command line

    result = CliRunner().invoke(cli, ["smev3", "transform", "-"], input=RIGHT)
    assert (result.exit_code, result.stdout_bytes) == (0, SIGNED)
