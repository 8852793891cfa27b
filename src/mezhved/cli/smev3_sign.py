"""`mezhved smev3 sign` and `sign-content`: a signature in its place in a document, or by itself."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from mezhved.cli.trust import read_certificate, read_key
from mezhved.gost import SoftwareSigner, load_provider
from mezhved.smev3 import signature
from mezhved.smev3.dumps import FILE_LIMITS
from mezhved.smev3.signature import Place, UnsignableElement, sign_document
from mezhved.smev3.xml import parse
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable

_Command = TypeVar("_Command", bound="Callable[..., object]")

_PLACES = {name: place for place in Place for name in (place.value, place.name.lower())}


def _options(command: _Command) -> _Command:
    """Add the document, the key, its certificate and the file of the result."""
    for option in (
        click.option(
            "--out",
            type=click.Path(dir_okay=False, writable=True, path_type=Path),
            help=str(Text(ru="файл для результата", en="file for the result")),
        ),
        click.option(
            "--password-file",
            envvar="MEZHVED_KEY_PASSWORD_FILE",
            show_envvar=True,
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help=str(
                Text(
                    ru="файл с паролем ключа (первая строка)",
                    en="a file with the key's password (first line)",
                )
            ),
        ),
        click.option(
            "--cert",
            required=True,
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help=str(Text(ru="сертификат ключа (PEM или DER)", en="the key's certificate (PEM or DER)")),
        ),
        click.option(
            "--key",
            required=True,
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help=str(Text(ru="закрытый ключ, PKCS#8 (PEM или DER)", en="private key, PKCS#8 (PEM or DER)")),
        ),
        click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True)),
    ):
        command = option(command)
    return command


@click.command(
    short_help=str(Text(ru="Поставить подпись на её место.", en="Put a signature into its place.")),
    help=str(
        Text(
            ru="Подписать элемент, которого требует схема операции, и напечатать документ с подписью на её "
            "месте; прочие байты не меняются. FILE — конверт SOAP или элемент операции, «-» — "
            "стандартный ввод.",
            en="Sign the element that the operation's schema demands and print the document with the "
            "signature in its place; all other bytes stay. FILE is a SOAP envelope or an operation's "
            "element, '-' is standard input.",
        )
    ),
)
@_options
@click.option(
    "--place",
    type=click.Choice(sorted(_PLACES), case_sensitive=True),
    help=str(
        Text(
            ru="куда поместить подпись; по умолчанию подпись самой операции",
            en="where the signature goes; the operation's own by default",
        )
    ),
)
@click.option(
    "--replace", is_flag=True, help=str(Text(ru="заменить имеющуюся подпись", en="replace a signature"))
)
def sign(
    file: str,
    *,
    key: Path,
    cert: Path,
    password_file: Path | None,
    place: str | None,
    replace: bool,
    out: Path | None,
) -> None:
    """Sign and print; exit 1 with the reason where the document cannot be signed."""
    signer = _signer(key, cert, password_file)
    signed = sign_document(
        _read(file),
        signer,
        signer.provider,
        _PLACES[place] if place else None,
        replace=replace,
        limits=FILE_LIMITS,
    )
    _write(signed, out)


@click.command(
    short_help=str(Text(ru="Подписать сообщение как должностное лицо.", en="Sign a message as an official.")),
    help=str(
        Text(
            ru="Подписать FILE — содержание, скачанное со страницы подписания кабинета, — и напечатать "
            "подпись должностного лица (ЭП-СП): элемент ds:Signature, который эта страница принимает. "
            "«-» — стандартный ввод.",
            en="Sign FILE, the content downloaded from the cabinet's page of signing, and print the "
            "official's signature (EP-SP): the ds:Signature element that the page takes back. "
            "'-' is standard input.",
        )
    ),
)
@_options
def sign_content(file: str, *, key: Path, cert: Path, password_file: Path | None, out: Path | None) -> None:
    """Sign and print the signature alone; exit 1 with the reason where the content cannot be signed."""
    signer = _signer(key, cert, password_file)
    _write(signature.sign(parse(_read(file), FILE_LIMITS), signer, signer.provider), out)


def _signer(key: Path, cert: Path, password_file: Path | None) -> SoftwareSigner:
    """Read a key and the certificate that belongs to it."""
    provider = load_provider()
    private = read_key(key, password_file)
    certificate = read_certificate(cert)
    if provider.public_key(private) != certificate.public_key:
        raise UnsignableElement(
            Text(ru="сертификат выдан не на этот ключ", en="the certificate is not for this key"),
            where=f"{key}, {cert}",
        )
    return SoftwareSigner(provider, private, certificate)


def _read(file: str) -> bytes:
    return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()


def _write(octets: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(octets)
    else:
        out.write_bytes(octets)
