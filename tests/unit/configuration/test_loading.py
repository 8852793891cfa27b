"""Settings: defaults, one TOML file, the environment; a mistake is told with its place and cure."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from mezhved.cli.main import cli
from mezhved.configuration import BusSettings, SettingError, describe, environment_name, load_bus_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "k" * 32


def write(folder: Path, text: str) -> Path:
    path = folder / "mezhved.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_anything_the_defaults_hold() -> None:
    settings = load_bus_settings({})

    assert settings == BusSettings()
    assert (settings.listen_host, settings.listen_port, settings.lease_seconds) == ("127.0.0.1", 7500, 900)


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, '[bus]\nlisten_port = 7501\nqueue_quota = 5\nallowed_hosts = ["a.example.ru"]\n')
    environ = {"MEZHVED_CONFIG": str(path), "MEZHVED_LISTEN_PORT": "7502", "PATH": "/bin"}

    settings = load_bus_settings(environ)

    assert (settings.listen_port, settings.queue_quota) == (7502, 5)
    assert settings.allowed_hosts == ("a.example.ru",)


def test_every_kind_of_value_is_read_from_the_environment() -> None:
    settings = load_bus_settings(
        {
            "MEZHVED_STRICT_XSD": "да",
            "MEZHVED_ADMIN_ENABLED": "0",
            "MEZHVED_REGISTRY_POLL_SECONDS": "0.5",
            "MEZHVED_ALLOWED_HOSTS": "a.example.ru, b.example.ru",
            "MEZHVED_SMEV_KEY": "keys/smev.pem",
            "MEZHVED_SMEV_CERTIFICATE": "keys/smev.crt",
            "MEZHVED_PROVIDER": "pure",
        }
    )

    assert settings.strict_xsd
    assert not settings.admin_enabled
    assert settings.registry_poll_seconds == 0.5
    assert settings.allowed_hosts == ("a.example.ru", "b.example.ru")
    assert settings.smev_key == Path("keys/smev.pem")
    assert settings.provider == "pure"


def test_paths_of_the_file_are_counted_from_its_folder(tmp_path: Path) -> None:
    path = write(tmp_path, '[bus]\ndatabase = "data/bus.sqlite3"\nsmev_key = "a"\nsmev_certificate = "/b"\n')

    settings = load_bus_settings({}, config=path)

    assert settings.database == str(tmp_path / "data/bus.sqlite3")
    assert (settings.smev_key, settings.smev_certificate) == (tmp_path / "a", Path("/b"))


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY + "\n")
    (tmp_path / "db").write_text("postgresql://u:p@h/d\n")
    path = write(tmp_path, '[bus]\nsecret_key_file = "key"\n')

    settings = load_bus_settings({"MEZHVED_DATABASE_FILE": str(tmp_path / "db")}, config=path)

    assert settings.secret_key == KEY
    assert settings.database == "postgresql://u:p@h/d"


def test_secrets_are_not_shown() -> None:
    settings = BusSettings(secret_key=KEY, smev_key_password="пароль", database="postgresql://u:pw@h/d")

    assert all(each not in repr(settings) for each in (KEY, "пароль", "pw"))


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"MEZHVED_LISTEN_PROT": "1"}, "MEZHVED_LISTEN_PORT"),
        ({"MEZHVED_LISTEN_PORT_FILE": "x"}, "MEZHVED_LISTEN_PORT"),
        ({"MEZHVED_LISTEN_PORT": "http"}, "int"),
        ({"MEZHVED_LISTEN_PORT": "70000"}, "65535"),
        ({"MEZHVED_STRICT_XSD": "maybe"}, "true, false"),
        ({"MEZHVED_PROVIDER": "cryptopro"}, "auto, openssl, pure"),
        ({"MEZHVED_REGISTRY_POLL_SECONDS": "10"}, "registry_poll_seconds"),
        ({"MEZHVED_SECRET_KEY_FILE": "/no/such/file"}, "MEZHVED_SECRET_KEY_FILE"),
        ({"MEZHVED_SECRET_KEY": KEY, "MEZHVED_SECRET_KEY_FILE": "/dev/null"}, "secret_key"),
        ({"MEZHVED_CONFIG": "/no/such/file"}, "/no/such/file"),
        ({"MEZHVED_SMEV_KEY": "key.pem"}, "smev_certificate"),
        ({"MEZHVED_DATABASE": ""}, "database"),
        ({"MEZHVED_LISTEN_HOST": "0.0.0.0"}, "secret_key"),
        ({"MEZHVED_PRODUCTION": "1"}, "secret_key"),
        ({"MEZHVED_PRODUCTION": "1", "MEZHVED_SECRET_KEY": "short"}, "secret_key"),
        ({"MEZHVED_PRODUCTION": "1", "MEZHVED_SECRET_KEY": KEY, "MEZHVED_PROVIDER": "pure"}, "provider"),
    ],
)
def test_a_mistake_in_the_environment_stops_the_start(environ: dict[str, str], told: str) -> None:
    with pytest.raises(SettingError, match=told) as caught:
        load_bus_settings(environ)

    assert caught.value.where
    assert caught.value.cure


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[bus]\nlisten_prot = 1\n", "listen_port"),
        ("[buss]\n", "bus"),
        ("listen_port = 1\n", "listen_port"),
        ('[bus]\nlisten_port = "7500"\n', "int"),
        ("[bus]\nlisten_port = true\n", "int"),
        ("[bus]\nstrict_xsd = 1\n", "bool"),
        ('[bus]\nallowed_hosts = "a"\n', "str"),
        ("[bus]\nsmev_key = 5\n", "str"),
        ("[bus\n", "mezhved.toml"),
        ("bus = 1\n", "bus"),
    ],
)
def test_a_mistake_in_the_file_stops_the_start(tmp_path: Path, text: str, told: str) -> None:
    path = write(tmp_path, text)

    with pytest.raises(SettingError, match=told) as caught:
        load_bus_settings({}, config=path)

    assert str(path) in caught.value.where


def test_a_wrong_secret_is_not_repeated_in_the_message(tmp_path: Path) -> None:
    path = write(tmp_path, "[bus]\nsmev_key_password = 12345678\n")

    with pytest.raises(SettingError) as caught:
        load_bus_settings({}, config=path)

    assert "12345678" not in str(caught.value)


def test_variables_of_the_tests_and_the_demonstration_are_no_settings() -> None:
    assert load_bus_settings({"MEZHVED_TEST_POSTGRES": "x", "MEZHVED_LANG": "en"}) == BusSettings()


def variables(command: click.Command, context: click.Context) -> Iterator[str]:
    """Give every environment variable that a command or one below it reads."""
    for parameter in command.params:
        given = parameter.envvar
        yield from [given] if isinstance(given, str) else given or []
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from variables(below, context)


def test_variables_of_the_commands_do_not_stop_the_bus() -> None:
    found = set(variables(cli, click.Context(cli)))
    settings = {environment_name(each) for each in describe()}

    assert "MEZHVED_URL" in found
    for name in found - settings:
        assert load_bus_settings({name: "x"}) == BusSettings()


def test_addresses_that_kubernetes_puts_in_are_no_settings() -> None:
    environ = {
        "MEZHVED_SERVICE_HOST": "10.0.0.1",
        "MEZHVED_BUS_SERVICE_PORT_HTTP": "7500",
        "MEZHVED_PORT": "tcp://10.0.0.1:7500",
        "MEZHVED_BUS_PORT_7500_TCP_ADDR": "10.0.0.1",
    }

    assert load_bus_settings(environ) == BusSettings()


def test_pure_signing_in_production_can_be_allowed() -> None:
    settings = BusSettings(production=True, provider="pure", allow_pure_signing=True, secret_key=KEY)

    assert settings.production


def test_every_setting_is_described_in_both_languages() -> None:
    texts = describe()

    assert list(texts) == [each.name for each in fields(BusSettings)]
    assert all(text.ru and text.en for text in texts.values())
    assert environment_name("listen_port") == "MEZHVED_LISTEN_PORT"
