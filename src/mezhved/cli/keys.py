"""`mezhved keys`: make and look at GOST keys."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from mezhved.cli.trust import FILE, in_file, read_key
from mezhved.gost.algorithms import KeyAlgorithm
from mezhved.gost.armor import to_der, to_pem
from mezhved.gost.curves import CURVES, curve_by_name
from mezhved.gost.der import Asn1Error
from mezhved.gost.errors import GostError
from mezhved.gost.keys import PublicKey, generate_key
from mezhved.gost.pkcs8 import PrivateKeyForm, dump_private_key, load_private_key
from mezhved.gost.pkcs12 import read_container
from mezhved.gost.provider import load_provider
from mezhved.texts import MezhvedError, Text

_ALGORITHMS = {
    "2012-256": (KeyAlgorithm.GOST2012_256, "CryptoPro-A"),
    "2012-512": (KeyAlgorithm.GOST2012_512, "tc26-512-A"),
    "2001": (KeyAlgorithm.GOST2001, "CryptoPro-A"),
}
_PUBLIC = "PUBLIC KEY"


def _text(ru: str, en: str) -> str:
    return str(Text(ru=ru, en=en))


@click.group(
    help=_text(
        ru="Ключи ГОСТ: создать, посмотреть, достать из контейнера.",
        en="GOST keys: make them, look at them, take them out of a container.",
    ),
)
def keys() -> None:
    """Hold the commands on keys."""


@keys.command(
    help=_text(
        ru="Создать закрытый ключ (PKCS#8). Файл создаётся с правами 0600 и не затирает имеющийся.",
        en="Make a private key (PKCS#8). The file gets mode 0600 and never replaces one that exists.",
    )
)
@click.option(
    "--algorithm",
    type=click.Choice(tuple(_ALGORITHMS)),
    default="2012-256",
    show_default=True,
    help=_text(ru="алгоритм ГОСТ Р 34.10", en="the algorithm of GOST R 34.10"),
)
@click.option(
    "--curve",
    metavar="NAME|OID",
    help=_text(
        ru="кривая: " + ", ".join(curve.name for curve in CURVES) + "; иначе CryptoPro-A или tc26-512-A",
        en="the curve: " + ", ".join(curve.name for curve in CURVES) + "; else CryptoPro-A or tc26-512-A",
    ),
)
@click.option(
    "--form",
    type=click.Choice([form.value for form in PrivateKeyForm]),
    default=PrivateKeyForm.OCTET_STRING.value,
    show_default=True,
    help=_text(ru="запись числа внутри PKCS#8", en="how the number stands inside PKCS#8"),
)
@click.option(
    "--password-file",
    type=FILE,
    help=_text(ru="закрыть паролем: первая строка файла", en="lock by a password: the file's first line"),
)
@click.option("--der", "as_der", is_flag=True, help=_text(ru="DER вместо PEM", en="DER instead of PEM"))
@click.option(
    "-o",
    "--out",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    default=Path("-"),
    help=_text(ru="файл; иначе стандартный вывод", en="file; else standard output"),
)
def new(
    algorithm: str, curve: str | None, form: str, password_file: Path | None, *, as_der: bool, out: Path
) -> None:
    """Make a key and write it."""
    kind, usual = _ALGORITHMS[algorithm]
    key = generate_key(kind, curve_by_name(curve or usual), os.urandom)
    octets = dump_private_key(
        key, password=_password(password_file), pem=not as_der, form=PrivateKeyForm(form)
    )
    if out == Path("-"):
        click.echo(octets, nl=False)
    else:
        _write_secret(out, octets)


@keys.command(
    help=_text(
        ru="Показать алгоритм, кривую и открытый ключ. FILE — закрытый ключ (PKCS#8) или открытый (SPKI), "
        "PEM или DER. Закрытое число не печатается.",
        en="Show the algorithm, the curve and the public key. FILE is a private key (PKCS#8) or a public one "
        "(SPKI), PEM or DER. The private number is never printed.",
    )
)
@click.argument("file", type=FILE)
@click.option(
    "--password-file",
    type=FILE,
    help=_text(ru="файл с паролем ключа (первая строка)", en="a file with the key's password (first line)"),
)
@click.option("--json", "as_json", is_flag=True, help="JSON")
@click.option(
    "--spki",
    is_flag=True,
    help=_text(ru="вывести только открытый ключ (PEM)", en="print the public key only (PEM)"),
)
def show(file: Path, password_file: Path | None, *, as_json: bool, spki: bool) -> None:
    """Print what the file holds."""
    public, private = _read(file, password_file)
    if spki:
        click.echo(to_pem(public.spki(), _PUBLIC), nl=False)
        return
    told = {
        "kind": "private" if private else "public",
        "algorithm": public.algorithm.title,
        "algorithm_oid": public.algorithm.oid,
        "curve": public.curve.name,
        "curve_oid": public.curve.oid,
        "public_key": public.octets.hex(),
    }
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    kind = (
        Text(ru="закрытый ключ", en="private key") if private else Text(ru="открытый ключ", en="public key")
    )
    click.echo(str(kind))
    click.echo(
        _text(ru="алгоритм: ", en="algorithm: ") + f"{public.algorithm.title} ({public.algorithm.oid})"
    )
    click.echo(_text(ru="кривая: ", en="curve: ") + f"{public.curve.name} ({public.curve.oid})")
    click.echo(_text(ru="открытый ключ (x‖y): ", en="public key (x‖y): ") + public.octets.hex())


@keys.command(
    help=_text(
        ru="Достать ключ и сертификаты из контейнера PKCS#12 (.p12, .pfx), в том числе с шифрами ГОСТ. "
        "Файлы создаются с правами 0600 и не затирают имеющихся.",
        en="Take the key and the certificates out of a PKCS#12 container (.p12, .pfx), one with GOST ciphers "
        "too. The files get mode 0600 and never replace one that exists.",
    )
)
@click.argument("file", type=FILE)
@click.option(
    "--password-file",
    type=FILE,
    required=True,
    help=_text(ru="файл с паролем (первая строка)", en="a file with the password (first line)"),
)
@click.option(
    "--key",
    type=click.Path(dir_okay=False, path_type=Path),
    help=_text(ru="куда записать закрытый ключ (PKCS#8, PEM)", en="where to put the private key"),
)
@click.option(
    "--cert",
    type=click.Path(dir_okay=False, path_type=Path),
    help=_text(
        ru="куда записать сертификаты (PEM): сначала ключа, потом остальные",
        en="where to put the certificates (PEM): that of the key first, then the others",
    ),
)
def unpack(file: Path, password_file: Path, key: Path | None, cert: Path | None) -> None:
    """Write what is asked for and say what is inside."""
    password = _password(password_file) or b""
    data = file.read_bytes()
    try:
        container = read_container(data, password)
        private = load_private_key(data, password)
    except GostError as error:
        raise in_file(error, file) from None
    public = load_provider().public_key(private)
    own = [each for each in container.certificates if each.has_gost_key and each.public_key == public]
    ordered = [*own, *(each for each in container.certificates if each not in own)]
    if key is not None:
        _write_secret(key, dump_private_key(private))
    if cert is not None:
        _write_secret(cert, "".join(each.pem for each in ordered).encode())
    click.echo(f"{public.algorithm.title}, {public.curve.name}")
    for each in ordered:
        click.echo(f"{'*' if each in own else ' '} {each.subject}")


def _read(file: Path, password_file: Path | None) -> tuple[PublicKey, bool]:
    """Read a public or a private key; tell whether it was a private one."""
    data = file.read_bytes()
    try:
        return PublicKey.from_spki(to_der(data, frozenset((_PUBLIC,)))), False
    except (GostError, Asn1Error) as error:
        if isinstance(error, GostError) and f"BEGIN {_PUBLIC}".encode() in data:
            raise in_file(error, file) from None
    return load_provider().public_key(read_key(file, password_file)), True


def _password(file: Path | None) -> bytes | None:
    if file is None:
        return None
    lines = file.read_bytes().splitlines()
    return lines[0] if lines else b""


def _write_secret(path: Path, octets: bytes) -> None:
    """Write a file that only its owner may read, and never over another one."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        reason = error.strerror or str(error)
        raise MezhvedError(
            Text(ru=f"файл не создан: {reason}", en=f"the file was not made: {reason}"), where=str(path)
        ) from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(octets)
