"""Names from outside: what may stand in an area."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyftpdlib.exceptions import FilesystemError

from mezhved.bus.files.areas import file_name, folder_name


@given(st.text())
def test_a_name_that_passes_can_do_no_harm(name: str) -> None:
    try:
        taken = file_name(name)
    except FilesystemError:
        return
    assert taken == name
    assert 0 < len(name) <= 255
    assert name not in {".", ".."}
    assert not set(name) & set("/\\\0\r\n\t\x7f\u2028\u202e\ufeff")
    name.encode()


@pytest.mark.parametrize(
    "name", ["Заявление № 1.pdf", "a b.c", ".hidden", 'quo"te', "с\u00a0пробелом", "文書"]
)
def test_names_in_use_pass(name: str) -> None:
    assert file_name(name) == name


@given(st.text())
def test_a_directory_is_a_uuid_or_nothing(name: str) -> None:
    with pytest.raises(FilesystemError):
        folder_name(name)


@given(st.uuids())
def test_a_uuid_is_kept_in_lower_case(uuid: object) -> None:
    assert folder_name(str(uuid).upper()) == str(uuid)
