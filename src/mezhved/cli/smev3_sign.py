"""`mezhved smev3 sign`: put a signature into its place in a document."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mezhved.cli.trust import read_certificate, read_key
from mezhved.gost import SoftwareSigner, load_provider
from mezhved.smev3.dumps import FILE_LIMITS
from mezhved.smev3.signature import Place, UnsignableElement, sign_document
from mezhved.texts import Text

_PLACES = {name: place for place in Place for name in (place.value, place.name.lower())}


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
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option(
    "--key",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=str(Text(ru="закрытый ключ, PKCS#8 (PEM или DER)", en="private key, PKCS#8 (PEM or DER)")),
)
@click.option(
    "--cert",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=str(Text(ru="сертификат ключа (PEM или DER)", en="the key's certificate (PEM or DER)")),
)
@click.option(
    "--password-file",
    envvar="MEZHVED_KEY_PASSWORD_FILE",
    show_envvar=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=str(
        Text(ru="файл с паролем ключа (первая строка)", en="a file with the key's password (first line)")
    ),
)
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
@click.option(
    "--out",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help=str(Text(ru="файл для результата", en="file for the result")),
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
    provider = load_provider()
    private = read_key(key, password_file)
    certificate = read_certificate(cert)
    if provider.public_key(private) != certificate.public_key:
        raise UnsignableElement(
            Text(ru="сертификат выдан не на этот ключ", en="the certificate is not for this key"),
            where=f"{key}, {cert}",
        )
    octets = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    signed = sign_document(
        octets,
        SoftwareSigner(provider, private, certificate),
        provider,
        _PLACES[place] if place else None,
        replace=replace,
        limits=FILE_LIMITS,
    )
    if out is None:
        sys.stdout.buffer.write(signed)
    else:
        out.write_bytes(signed)
