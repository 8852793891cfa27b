"""`mezhved cert`: look at certificates, judge them, and issue those of a test contour."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from mezhved.cli.cert_issue import crl, issue
from mezhved.cli.trust import FILE, now, read_file, read_trust, trust_options
from mezhved.gost.bundles import trust_store
from mezhved.gost.chain import ChainChecker, RevocationPolicy
from mezhved.gost.errors import MalformedCertificate, UnsupportedAlgorithm
from mezhved.gost.provider import load_provider
from mezhved.gost.verdicts import TrustStore
from mezhved.texts import Text

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from mezhved.gost.certificates import Certificate
    from mezhved.gost.crl import Crl


@click.group(
    short_help=str(
        Text(ru="Сертификаты: показать, проверить, выпустить.", en="Certificates: show, check, issue.")
    ),
    help=str(
        Text(
            ru="Сертификаты: посмотреть, проверить цепочку, выпустить для тестового контура.",
            en="Certificates: look, check the chain, issue those of a test contour.",
        )
    ),
)
def cert() -> None:
    """Hold the commands on certificates."""


cert.add_command(issue)
cert.add_command(crl)


@cert.command(
    short_help=str(
        Text(ru="Показать сертификаты и списки отзыва.", en="Show certificates and revocation lists.")
    ),
    help=str(
        Text(
            ru="Показать сертификаты и списки отзыва из файлов (PEM, DER, base64, p7b).",
            en="Show the certificates and revocation lists in files (PEM, DER, base64, p7b).",
        )
    ),
)
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--json", "as_json", is_flag=True, help="JSON")
def show(files: tuple[Path, ...], *, as_json: bool) -> None:
    """Print what the files hold."""
    bundles = [read_file(file) for file in files]
    told = [describe(item) for bundle in bundles for item in bundle.certificates]
    told += [_describe_crl(item) for bundle in bundles for item in bundle.crls]
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for number, item in enumerate(told):
        if number:
            click.echo()
        _print(item)


@cert.command(
    short_help=str(Text(ru="Проверить сертификат и его цепочку.", en="Check a certificate and its chain.")),
    help=str(
        Text(
            ru="Проверить сертификат: подписи до доверенного УЦ, сроки, назначение, отзыв. "
            "Остальные сертификаты файла берутся как промежуточные. Код 1 — доверия нет, причина на stderr.",
            en="Check a certificate: the signatures up to a trusted authority, terms, usage, revocation. The "
            "other certificates of the file are taken as intermediates. Code 1: not trusted; the reason is "
            "on standard error.",
        )
    ),
)
@click.argument("file", type=FILE)
@trust_options
@click.option(
    "--revocation",
    type=click.Choice([policy.value for policy in RevocationPolicy]),
    default=RevocationPolicy.WHEN_PRESENT.value,
    show_default=True,
    help=str(
        Text(
            ru="required — свежий список обязателен; when_present — списка может не быть, но он должен быть "
            "свежим; lenient — годится и устаревший",
            en="required: a fresh list must be there; when_present: there may be none, but not a stale one; "
            "lenient: a stale one will do",
        )
    ),
)
@click.option("--json", "as_json", is_flag=True, help="JSON")
def check(
    file: Path,
    *,
    trust: tuple[Path, ...],
    crls: tuple[Path, ...],
    at: datetime | None,
    partial_chain: bool,
    revocation: str,
    as_json: bool,
) -> None:
    """Print the verdict; exit 1 when the certificate is not trusted."""
    bundle = read_file(file)
    if not bundle.certificates:
        raise MalformedCertificate(Text(ru="нет сертификата", en="there is no certificate"), where=str(file))
    known = read_trust(trust, crls, partial=partial_chain)
    own = trust_store([replace(bundle, certificates=bundle.certificates[1:])])
    store = TrustStore(
        known.roots,
        (*known.intermediates, *own.intermediates),
        (*known.crls, *own.crls),
        (*known.statuses, *own.statuses),
    )
    checker = ChainChecker(load_provider(), store, policy=RevocationPolicy(revocation))
    moment = at or now()
    verdict = checker.check(bundle.certificates[0], moment)
    if as_json:
        told = {
            "state": verdict.state.value,
            "reason": str(verdict.reason),
            "at": moment.isoformat(),
            "chain": [item.subject for item in verdict.chain],
            "crl_issued": verdict.crl_issued and verdict.crl_issued.isoformat(),
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        click.echo(f"{verdict.state.value}: {verdict.reason}", err=not verdict.trusted)
    sys.exit(0 if verdict.trusted else 1)


def describe(certificate: Certificate) -> dict[str, object]:
    """Tell a certificate's contents as plain values."""
    try:
        key = certificate.public_key
        key_text = f"{key.algorithm.title}, {key.curve.name}"
    except UnsupportedAlgorithm as error:
        key_text = str(error.what)
    return {
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "serial": f"{certificate.serial:x}",
        "not_before": certificate.not_before.isoformat(),
        "not_after": certificate.not_after.isoformat(),
        "key": key_text,
        "is_ca": certificate.is_ca,
        "path_length": certificate.path_length,
        "key_usage": None if certificate.key_usage is None else sorted(certificate.key_usage),
        "extended_key_usage": sorted(certificate.extended_key_usage),
        "subject_key_id": certificate.subject_key_id and certificate.subject_key_id.hex(),
        "authority_key_id": certificate.authority_key_id and certificate.authority_key_id.hex(),
        "crl_urls": list(certificate.crl_urls),
        "sha1": hashlib.sha1(certificate.der, usedforsecurity=False).hexdigest(),
        "sha256": certificate.thumbprint.hex(),
    }


def _describe_crl(crl: Crl) -> dict[str, object]:
    return {
        "crl_issuer": crl.issuer,
        "number": crl.number,
        "this_update": crl.this_update.isoformat(),
        "next_update": crl.next_update and crl.next_update.isoformat(),
        "revoked": len(crl),
        "authority_key_id": crl.authority_key_id and crl.authority_key_id.hex(),
    }


_NAMES = {
    "subject": Text(ru="Владелец", en="Subject"),
    "issuer": Text(ru="Издатель", en="Issuer"),
    "serial": Text(ru="Серийный номер", en="Serial number"),
    "not_before": Text(ru="Действителен с", en="Valid from"),
    "not_after": Text(ru="Действителен до", en="Valid until"),
    "key": Text(ru="Ключ", en="Key"),
    "is_ca": Text(ru="Удостоверяющий центр", en="Authority"),
    "path_length": Text(ru="УЦ в цепочке ниже", en="Authorities below"),
    "key_usage": Text(ru="Назначение ключа", en="Key usage"),
    "extended_key_usage": Text(ru="Расширенное назначение", en="Extended usage"),
    "subject_key_id": Text(ru="Идентификатор ключа", en="Key identifier"),
    "authority_key_id": Text(ru="Ключ издателя", en="Issuer's key"),
    "crl_urls": Text(ru="Списки отзыва", en="Revocation lists"),
    "sha1": Text(ru="Отпечаток SHA-1", en="SHA-1 thumbprint"),
    "sha256": Text(ru="Отпечаток SHA-256", en="SHA-256 thumbprint"),
    "crl_issuer": Text(ru="Список отзыва издателя", en="Revocation list of"),
    "number": Text(ru="Номер", en="Number"),
    "this_update": Text(ru="Выпущен", en="Issued"),
    "next_update": Text(ru="Следующий", en="Next"),
    "revoked": Text(ru="Отозвано", en="Revoked"),
}
_YES = Text(ru="да", en="yes")
_NO = Text(ru="нет", en="no")


def _print(item: dict[str, object]) -> None:
    for name, value in item.items():
        if value is None or value == []:
            continue
        if isinstance(value, bool):
            text = str(_YES if value else _NO)
        else:
            text = ", ".join(value) if isinstance(value, list) else str(value)
        click.echo(f"{_NAMES[name]}: {text}")
