"""`mezhved cert issue` and `mezhved cert crl`: a PKI by hand, for tests and closed networks."""

from __future__ import annotations

import os
from dataclasses import fields
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import click

from mezhved.cli.trust import FILE, Moment, now, read_certificate, read_key
from mezhved.gost.armor import to_der
from mezhved.gost.certificates import KEY_USAGES
from mezhved.gost.crl import Reason
from mezhved.gost.errors import GostError, MalformedKey
from mezhved.gost.issuing import (
    END_ENTITY_USAGE,
    CannotIssue,
    RevokedEntry,
    Term,
    issue_ca,
    issue_crl,
    issue_end_entity,
    issue_root,
    random_serial,
)
from mezhved.gost.keys import PublicKey
from mezhved.gost.names import Name
from mezhved.gost.provider import load_provider
from mezhved.gost.signer import SoftwareSigner
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path
    from typing import Any

    from mezhved.gost.certificates import Certificate
    from mezhved.gost.provider import Provider

_NAME_OPTIONS = {
    "common_name": ("--cn", Text(ru="общее имя", en="common name")),
    "organization": ("--org", Text(ru="организация", en="organisation")),
    "organizational_unit": ("--ou", Text(ru="подразделение", en="organisational unit")),
    "title": ("--title", Text(ru="должность", en="title")),
    "surname": ("--surname", Text(ru="фамилия", en="surname")),
    "given_name": ("--given-name", Text(ru="имя и отчество", en="given name and patronymic")),
    "email": ("--email", Text(ru="электронная почта", en="e-mail")),
    "country": ("--country", Text(ru="страна, две буквы", en="country, two letters")),
    "region": ("--region", Text(ru="регион", en="region")),
    "locality": ("--locality", Text(ru="населённый пункт", en="locality")),
    "street": ("--street", Text(ru="улица, дом", en="street")),
    "ogrn": ("--ogrn", Text(ru="ОГРН, 13 цифр", en="OGRN, 13 digits")),
    "ogrnip": ("--ogrnip", Text(ru="ОГРНИП, 15 цифр", en="OGRNIP, 15 digits")),
    "innle": ("--innle", Text(ru="ИНН организации, 10 цифр", en="INN of an organisation, 10 digits")),
    "inn": ("--inn", Text(ru="ИНН человека, 12 цифр", en="INN of a person, 12 digits")),
    "snils": ("--snils", Text(ru="СНИЛС, 11 цифр", en="SNILS, 11 digits")),
}


def _name_options(command: Callable[..., None]) -> Callable[..., None]:
    for item in reversed(fields(Name)):
        option, text = _NAME_OPTIONS[item.name]
        default = "RU" if item.name == "country" else ""
        command = click.option(option, item.name, default=default, help=str(text))(command)
    return command


def _text(ru: str, en: str) -> str:
    return str(Text(ru=ru, en=en))


@click.command(
    short_help=_text(ru="Выпустить сертификат.", en="Issue a certificate."),
    help=_text(
        ru="Выпустить сертификат для ключа KEY (закрытый ключ PKCS#8 или открытый SPKI): корень (--root), "
        "подчинённый УЦ (--ca) или владельца. Пишет PEM.",
        en="Issue a certificate for KEY (a PKCS#8 private key or an SPKI public one): of a root (--root), a "
        "subordinate authority (--ca) or an end entity. Writes PEM.",
    ),
)
@click.argument("key", type=FILE)
@click.option("--root", is_flag=True, help=_text(ru="самоподписанный корень", en="a self-signed root"))
@click.option("--ca", is_flag=True, help=_text(ru="подчинённый УЦ", en="a subordinate authority"))
@click.option("--issuer", type=FILE, help=_text(ru="сертификат издателя", en="the issuer's certificate"))
@click.option("--issuer-key", type=FILE, help=_text(ru="ключ издателя", en="the issuer's key"))
@click.option(
    "--password-file",
    type=FILE,
    help=_text(ru="файл с паролем KEY (первая строка)", en="a file with the password of KEY (first line)"),
)
@click.option(
    "--issuer-password-file",
    type=FILE,
    help=_text(ru="файл с паролем ключа издателя", en="a file with the password of the issuer's key"),
)
@_name_options
@click.option(
    "--from",
    "since",
    type=Moment(),
    help=_text(ru="начало срока; иначе сейчас", en="the term's beginning; else now"),
)
@click.option(
    "--days",
    type=click.IntRange(min=1),
    default=365,
    show_default=True,
    help=_text(ru="срок в днях", en="the term in days"),
)
@click.option(
    "--serial", help=_text(ru="серийный номер, hex; иначе случайный", en="serial number, hex; else random")
)
@click.option(
    "--path-length",
    type=click.IntRange(min=0),
    help=_text(ru="сколько УЦ может быть ниже", en="how many authorities may be below"),
)
@click.option(
    "--usage",
    multiple=True,
    type=click.Choice(KEY_USAGES),
    help=_text(
        ru="назначение ключа владельца; можно повторять", en="an end entity's key usage; may be repeated"
    ),
)
@click.option(
    "--crl-url",
    "crl_urls",
    multiple=True,
    help=_text(ru="где лежит список отзыва", en="where the revocation list lies"),
)
@click.option(
    "-o",
    "--out",
    type=click.File("w", encoding="ascii", atomic=True),
    default="-",
    help=_text(ru="файл; иначе стандартный вывод", en="file; else standard output"),
)
def issue(key: Path, **options: Any) -> None:
    """Issue and write a certificate."""
    provider = load_provider()
    name = Name(**{item.name: options[item.name] for item in fields(Name)})
    since = cast("datetime | None", options["since"]) or now()
    term = Term(since, since + timedelta(days=options["days"]))
    serial = _serial(options["serial"])
    certificate: Certificate
    if options["root"]:
        if options["ca"] or options["issuer"] or options["issuer_key"]:
            raise click.UsageError(
                _text(ru="--root не сочетается с издателем и --ca", en="--root stands alone")
            )
        private = read_key(key, options["password_file"])
        certificate = issue_root(
            name, private, provider, term=term, serial=serial, path_length=options["path_length"]
        )
    else:
        signer = _issuer(options["issuer"], options["issuer_key"], options["issuer_password_file"], provider)
        public = _public_key(key, options["password_file"], provider)
        if options["ca"]:
            certificate = issue_ca(
                name,
                public,
                signer,
                provider,
                term=term,
                serial=serial,
                path_length=options["path_length"],
                crl_urls=options["crl_urls"],
            )
        else:
            certificate = issue_end_entity(
                name,
                public,
                signer,
                provider,
                term=term,
                serial=serial,
                usage=frozenset(options["usage"]) or END_ENTITY_USAGE,
                crl_urls=options["crl_urls"],
            )
    options["out"].write(certificate.pem)


@click.command(
    help=_text(
        ru="Выпустить список отзыва издателя. CERT — отозванные сертификаты. Пишет PEM.",
        en="Issue an authority's revocation list. CERT are the revoked certificates. Writes PEM.",
    )
)
@click.argument("revoked", metavar="[CERT]...", nargs=-1, type=FILE)
@click.option(
    "--issuer", type=FILE, required=True, help=_text(ru="сертификат издателя", en="the issuer's certificate")
)
@click.option("--issuer-key", type=FILE, required=True, help=_text(ru="ключ издателя", en="the issuer's key"))
@click.option(
    "--password-file", type=FILE, help=_text(ru="файл с паролем ключа", en="a file with the key's password")
)
@click.option(
    "--reason",
    type=click.Choice([reason.name.lower() for reason in Reason]),
    default=Reason.UNSPECIFIED.name.lower(),
    show_default=True,
    help=_text(ru="причина отзыва", en="why they were revoked"),
)
@click.option(
    "--revoked-at",
    type=Moment(),
    help=_text(ru="когда отозваны; иначе сейчас", en="when they were revoked; else now"),
)
@click.option(
    "--days",
    type=click.IntRange(min=1),
    default=7,
    show_default=True,
    help=_text(ru="через сколько дней следующий", en="days until the next list"),
)
@click.option(
    "--number",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help=_text(ru="номер списка", en="the list's number"),
)
@click.option(
    "-o",
    "--out",
    type=click.File("w", encoding="ascii", atomic=True),
    default="-",
    help=_text(ru="файл; иначе стандартный вывод", en="file; else standard output"),
)
def crl(revoked: tuple[Path, ...], **options: Any) -> None:
    """Issue and write a revocation list."""
    provider = load_provider()
    signer = _issuer(options["issuer"], options["issuer_key"], options["password_file"], provider)
    moment = now()
    at = cast("datetime | None", options["revoked_at"]) or moment
    reason = Reason[options["reason"].upper()]
    made = issue_crl(
        signer,
        provider,
        [RevokedEntry(read_certificate(item).serial, at, reason) for item in revoked],
        this_update=moment,
        next_update=moment + timedelta(days=options["days"]),
        number=options["number"],
    )
    options["out"].write(made.pem)


def _serial(text: str | None) -> int:
    if text is None:
        return random_serial(os.urandom)
    try:
        return int(text, 16)
    except ValueError:
        raise click.BadParameter(text, param_hint="--serial") from None


def _issuer(
    certificate: Path | None, key: Path | None, password_file: Path | None, provider: Provider
) -> SoftwareSigner:
    if certificate is None or key is None:
        raise click.UsageError(
            _text(
                ru="нужны --issuer и --issuer-key (или --root)",
                en="--issuer and --issuer-key (or --root) needed",
            )
        )
    signer = SoftwareSigner(provider, read_key(key, password_file), read_certificate(certificate))
    if provider.public_key(signer.key) != signer.certificate.public_key:
        raise CannotIssue(
            Text(ru="ключ не от этого сертификата", en="the key is not that of the certificate"),
            where=str(key),
        )
    return signer


def _public_key(path: Path, password_file: Path | None, provider: Provider) -> PublicKey:
    """Take the key of a public key's file, else the public half of a private one."""
    data = path.read_bytes()
    if b"PUBLIC KEY" in data:
        try:
            return PublicKey.from_spki(to_der(data, frozenset(("PUBLIC KEY",))))
        except GostError as error:
            raise MalformedKey(error.what, where=str(path)) from None
    return provider.public_key(read_key(path, password_file))
