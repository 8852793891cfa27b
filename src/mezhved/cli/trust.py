"""What the commands on certificates share: reading files, trust, moments, keys."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from mezhved.gost.bundles import Bundle, read_bundle, trust_store
from mezhved.gost.errors import GostError, MalformedCertificate
from mezhved.gost.pkcs8 import load_private_key
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mezhved.gost.certificates import Certificate
    from mezhved.gost.keys import PrivateKey
    from mezhved.gost.verdicts import TrustStore

_Command = TypeVar("_Command", bound="Callable[..., object]")

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FILE_OR_FOLDER = click.Path(exists=True, path_type=Path)


class Moment(click.ParamType[datetime]):
    """A moment in ISO 8601; without a zone it is UTC."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read the moment."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(
                str(
                    Text(
                        ru=f"«{value}» — не время по ISO 8601, например 2026-11-20T12:00",
                        en=f"'{value}' is no ISO 8601 time such as 2026-11-20T12:00",
                    )
                ),
                param,
                ctx,
            )
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def trust_options(command: _Command) -> _Command:
    """Add `--trust`, `--crl`, `--partial-chain` and `--at`."""
    for option in (
        click.option(
            "--at",
            type=Moment(),
            help=str(
                Text(
                    ru="на какой момент проверять, ISO 8601, без пояса — UTC; иначе сейчас",
                    en="the moment to check for, ISO 8601, UTC without a zone; else now",
                )
            ),
        ),
        click.option(
            "--partial-chain",
            is_flag=True,
            help=str(
                Text(
                    ru="доверять и промежуточным УЦ из --trust, не только самоподписанным",
                    en="trust the intermediate authorities of --trust too, not only the self-signed",
                )
            ),
        ),
        click.option(
            "--crl",
            "crls",
            multiple=True,
            type=FILE_OR_FOLDER,
            help=str(Text(ru="списки отзыва: файл или каталог", en="revocation lists: a file or folder")),
        ),
        click.option(
            "--trust",
            multiple=True,
            type=FILE_OR_FOLDER,
            help=str(
                Text(
                    ru="доверенные УЦ: файл или каталог, PEM, DER, p7b; самоподписанные — корни, "
                    "остальные — промежуточные",
                    en="trusted authorities: a file or folder, PEM, DER, p7b; the self-signed are roots, "
                    "the others intermediates",
                )
            ),
        ),
    ):
        command = option(command)
    return command


def read_trust(trust: tuple[Path, ...], crls: tuple[Path, ...] = (), *, partial: bool = False) -> TrustStore:
    """Read authorities and lists; a named file must hold some, of a folder those count that do."""
    authorities = [bundle for path in trust for bundle in _bundles(path)]
    lists = [Bundle((), bundle.crls, bundle.statuses) for path in crls for bundle in _bundles(path)]
    return trust_store([*authorities, *lists], partial=partial)


def read_file(path: Path) -> Bundle:
    """Read the certificates and lists of a file; its name is told in the error."""
    try:
        return read_bundle(path.read_bytes())
    except GostError as error:
        raise in_file(error, path) from None


def read_certificate(path: Path) -> Certificate:
    """Read the first certificate of a file."""
    found = read_file(path).certificates
    if not found:
        raise MalformedCertificate(Text(ru="нет сертификата", en="there is no certificate"), where=str(path))
    return found[0]


def read_key(path: Path, password_file: Path | None) -> PrivateKey:
    """Read a private key; the first line of the password file opens it."""
    password = None if password_file is None else password_file.read_bytes().splitlines()[:1]
    try:
        return load_private_key(path.read_bytes(), password[0] if password else None)
    except GostError as error:
        raise in_file(error, path) from None


def in_file(error: GostError, path: Path) -> GostError:
    """Make the same error with the file's name in front of the place."""
    where = f"{path}, {error.where}" if error.where else str(path)
    return type(error)(error.what, where=where, cure=error.cure)


def now() -> datetime:
    """Tell the time, in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def _bundles(path: Path) -> list[Bundle]:
    if not path.is_dir():
        return [read_file(path)]
    found: list[Bundle] = []
    for file in sorted(path.rglob("*")):
        if file.is_file():
            # Keys and notes may lie beside the certificates.
            with suppress(GostError):
                found.append(read_file(file))
    return found
