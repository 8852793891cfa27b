"""The `mezhved` command as a whole: help in both languages, refusals, life without the bus's packages."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from mezhved.cli.main import BUS_PACKAGES, COMMANDS

WITHOUT_BUS = (
    f"import sys; sys.modules.update(dict.fromkeys({sorted(BUS_PACKAGES)!r}));"
    "from mezhved.cli.main import main; main()"
)
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


def run(
    *arguments: str, program: str = "from mezhved.cli.main import main; main()", language: str = "en"
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={**os.environ, "MEZHVED_LANG": language},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_client_alone_lists_every_command() -> None:
    done = run("--help", program=WITHOUT_BUS)
    assert done.returncode == 0, done.stderr
    assert [name for name in COMMANDS if f"\n  {name} " not in done.stdout] == []


@pytest.mark.parametrize("command", [("registry", "list"), ("bus", "serve"), ("doctor",), ("demo", "--once")])
def test_commands_of_the_bus_say_what_they_need(command: tuple[str, ...]) -> None:
    done = run(*command, program=WITHOUT_BUS)
    assert done.returncode == 1
    assert done.stderr.startswith("mezhved: ")
    assert "pip install 'mezhved[bus]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_is_a_refusal_in_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mezhved.cli.main", "bus", "check"],
        env={**os.environ, "MEZHVED_LANG": "en", "MEZHVED_LISTEN_PRT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "did you mean MEZHVED_LISTEN_PORT?" in done.stderr


HELP_OF_ALL = """
import click
from mezhved.cli.main import cli
def show(command, path):
    context = click.Context(command, info_name=path)
    print(path, command.get_help(context), sep=chr(10))
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            show(command.get_command(context, name), f"{path} {name}")
show(cli, "mezhved")
"""


def test_english_help_is_english_throughout() -> None:
    told = run(program=HELP_OF_ALL, language="en").stdout
    assert told.count("Usage:") > 60
    assert CYRILLIC.findall(told) == []


def test_every_command_and_option_has_a_help_text_in_russian() -> None:
    told = run(program=HELP_OF_ALL, language="ru").stdout
    for chapter in told.split("Usage: ")[1:]:
        head, _, rest = chapter.partition("\n\n")
        assert CYRILLIC.search(rest.partition("Options:")[0]), head
