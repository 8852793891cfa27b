"""How the client's commands reach a node: address, version, key, whom to trust."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mezhved.cli.trust import read_certificate, read_file, read_key, read_trust
from mezhved.gost import ChainChecker, SoftwareSigner, load_provider
from mezhved.smev3.client import HttpTransport, InvalidCall, RetryPolicy, Smev3Client
from mezhved.smev3.versions import Version
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.gost import Provider

DEFAULT_ADDRESS = "http://127.0.0.1:7500/smev/v{version}/ws"
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def help_text(ru: str, en: str) -> str:
    """Return the text in the reader's language."""
    return str(Text(ru=ru, en=en))


_CONNECTION = (
    click.option(
        "--url",
        envvar="MEZHVED_URL",
        show_envvar=True,
        help=help_text(
            "адрес узла; иначе шина на этой машине", "address of the node; else the bus on this machine"
        ),
    ),
    click.option(
        "--version",
        "number",
        envvar="MEZHVED_VERSION",
        show_envvar=True,
        type=click.Choice([each.value for each in Version]),
        default=Version.V1_2.value,
        show_default=True,
        help=help_text("версия обмена", "version of the exchange"),
    ),
    click.option(
        "--key",
        envvar="MEZHVED_KEY",
        show_envvar=True,
        required=True,
        type=FILE,
        help=help_text(
            "закрытый ключ системы, PKCS#8 (PEM или DER)", "the system's private key, PKCS#8 (PEM or DER)"
        ),
    ),
    click.option(
        "--cert",
        envvar="MEZHVED_CERT",
        show_envvar=True,
        required=True,
        type=FILE,
        help=help_text("сертификат системы (PEM или DER)", "the system's certificate (PEM or DER)"),
    ),
    click.option(
        "--password-file",
        envvar="MEZHVED_KEY_PASSWORD_FILE",
        show_envvar=True,
        type=FILE,
        help=help_text("файл с паролем ключа (первая строка)", "a file with the key's password (first line)"),
    ),
    click.option(
        "--smev-cert",
        envvar="MEZHVED_SMEV_CERT",
        show_envvar=True,
        multiple=True,
        type=FILE,
        help=help_text("сертификат СМЭВ, которому верить", "a certificate to believe to be SMEV's"),
    ),
    click.option(
        "--trust",
        envvar="MEZHVED_TRUST",
        show_envvar=True,
        multiple=True,
        type=FILE,
        help=help_text(
            "сертификаты УЦ, которые выпускают сертификаты СМЭВ", "authorities that issue SMEV's certificates"
        ),
    ),
    click.option(
        "--timeout",
        type=click.FloatRange(min=0.1),
        default=60.0,
        show_default=True,
        help=help_text("сколько секунд ждать ответа", "seconds to wait for an answer"),
    ),
    click.option(
        "--attempts",
        type=click.IntRange(min=1),
        default=6,
        show_default=True,
        help=help_text("сколько раз пробовать", "how many times to try"),
    ),
    click.option("--json", "as_json", is_flag=True, help="JSON"),
)


def connected(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a connection; its first argument is the client made of them."""

    @functools.wraps(command)
    def wrapped(
        *,
        url: str | None,
        number: str,
        key: Path,
        cert: Path,
        password_file: Path | None,
        smev_cert: tuple[Path, ...],
        trust: tuple[Path, ...],
        timeout: float,
        attempts: int,
        **rest: Any,
    ) -> None:
        provider = load_provider()
        client = Smev3Client(
            url or DEFAULT_ADDRESS.format(version=number),
            Version(number),
            load_signer(key, cert, password_file, provider),
            provider=provider,
            smev_certificates=[each for path in smev_cert for each in read_file(path).certificates],
            chain=_chain(trust, provider),
            retry=RetryPolicy(attempts=attempts),
            transport=HttpTransport(read_timeout=timeout),
        )
        command(client, **rest)

    for option in reversed(_CONNECTION):
        wrapped = option(wrapped)
    return wrapped


def load_signer(key: Path, cert: Path, password_file: Path | None, provider: Provider) -> SoftwareSigner:
    """Read a key and its certificate; `InvalidCall` when they do not belong together."""
    private = read_key(key, password_file)
    certificate = read_certificate(cert)
    if provider.public_key(private) != certificate.public_key:
        raise InvalidCall(
            Text(ru="сертификат выдан не на этот ключ", en="the certificate is not for this key"),
            where=f"{key}, {cert}",
        )
    return SoftwareSigner(provider, private, certificate)


def _chain(files: tuple[Path, ...], provider: Provider) -> ChainChecker | None:
    return ChainChecker(provider, read_trust(files)) if files else None
