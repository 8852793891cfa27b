"""`mezhved cms`: sign files and check signatures (CMS, PKCS#7)."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from mezhved.cli.trust import (
    FILE,
    Moment,
    in_file,
    now,
    read_certificate,
    read_key,
    read_trust,
    trust_options,
)
from mezhved.gost.armor import to_pem
from mezhved.gost.chain import ChainChecker, TrustStore
from mezhved.gost.cms import verify_cms
from mezhved.gost.cms_reading import mapped_cms
from mezhved.gost.cms_signing import sign_cms, sign_cms_into
from mezhved.gost.errors import MalformedCms
from mezhved.gost.issuing import CannotIssue
from mezhved.gost.provider import load_provider
from mezhved.gost.signer import SoftwareSigner
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from mezhved.gost.cms import CmsVerdict
    from mezhved.gost.verdicts import ChainVerdict


def _text(ru: str, en: str) -> str:
    return str(Text(ru=ru, en=en))


@click.group(help=_text(ru="Подписи файлов CMS (PKCS#7).", en="Signatures of files, CMS (PKCS#7)."))
def cms() -> None:
    """Hold the commands on CMS."""


@cms.command(
    short_help=_text(ru="Подписать файл.", en="Sign a file."),
    help=_text(
        ru="Подписать FILE («-» — стандартный ввод); по умолчанию отсоединённой подписью, в DER.",
        en="Sign FILE ('-' is standard input); detached and in DER unless told otherwise.",
    ),
)
@click.argument("file", type=click.File("rb"))
@click.option("--key", type=FILE, required=True, help=_text(ru="закрытый ключ", en="private key"))
@click.option(
    "--cert", type=FILE, required=True, help=_text(ru="сертификат ключа", en="the key's certificate")
)
@click.option(
    "--password-file",
    type=FILE,
    help=_text(
        ru="файл с паролем ключа (первая строка)", en="a file with the key's password (its first line)"
    ),
)
@click.option("--cades", is_flag=True, help="CAdES-BES (signingCertificateV2)")
@click.option(
    "--attached", is_flag=True, help=_text(ru="вложить содержимое в подпись", en="put the content inside")
)
@click.option("--pem", is_flag=True, help=_text(ru="записать PEM", en="write PEM"))
@click.option(
    "--at",
    type=Moment(),
    help=_text(ru="время подписи; иначе сейчас", en="the signing time; else now"),
)
@click.option(
    "-o",
    "--out",
    type=click.File("wb", atomic=True),
    default="-",
    help=_text(ru="файл подписи; иначе стандартный вывод", en="the signature's file; else standard output"),
)
def sign(file: BinaryIO, **options: Any) -> None:
    """Write the signature."""
    provider = load_provider()
    signer = SoftwareSigner(
        provider,
        read_key(options["key"], options["password_file"]),
        read_certificate(options["cert"]),
    )
    if provider.public_key(signer.key) != signer.certificate.public_key:
        raise CannotIssue(
            Text(ru="ключ не от этого сертификата", en="the key is not that of the certificate"),
            where=str(options["key"]),
        )
    at, cades = options["at"] or now(), options["cades"]
    if options["attached"] and not options["pem"]:
        with _seekable(file) as content:
            sign_cms_into(options["out"], content, signer, provider, at=at, cades=cades)
        return
    signature = sign_cms(file, signer, provider, at=at, detached=not options["attached"], cades=cades)
    options["out"].write(to_pem(signature, "CMS").encode() if options["pem"] else signature)


@contextmanager
def _seekable(file: BinaryIO) -> Iterator[BinaryIO]:
    """Give the file, or a copy of a pipe, which can be read twice."""
    if file.seekable():
        yield file
        return
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(file, copy)
        copy.seek(0)
        yield copy


@cms.command(
    short_help=_text(ru="Проверить подпись файла.", en="Check a file's signature."),
    help=_text(
        ru="Проверить подпись SIG (DER, PEM, base64) под FILE; вложенное содержимое проверяется без FILE. "
        "Код 1 — подпись неверна или, если назван --trust, сертификату нет доверия.",
        en="Check the signature SIG (DER, PEM, base64) of FILE; an attached content needs no FILE. Code 1: "
        "the signature is false or, when --trust is named, the certificate is not trusted.",
    ),
)
@click.argument("sig", type=FILE)
@click.argument("file", type=click.File("rb"), required=False)
@trust_options
@click.option("--json", "as_json", is_flag=True, help="JSON")
def verify(
    sig: Path,
    file: BinaryIO | None,
    *,
    trust: tuple[Path, ...],
    crls: tuple[Path, ...],
    at: datetime | None,
    partial_chain: bool,
    as_json: bool,
) -> None:
    """Print whose signature it is and whether it holds."""
    provider = load_provider()
    try:
        with mapped_cms(sig) as octets:
            verdict = verify_cms(octets, file, provider)
    except MalformedCms as error:
        raise in_file(error, sig) from None
    known = read_trust(trust, crls, partial=partial_chain)
    store = TrustStore(known.roots, (*known.intermediates, *verdict.certificates), known.crls)
    checker = ChainChecker(provider, store) if trust else None
    judged = [(item, _chain(item, checker, at or now())) for item in (verdict, *verdict.co_signers)]
    told = [_describe(item, chain) for item, chain in judged]
    if as_json:
        click.echo(json.dumps(told[0] if len(told) == 1 else told, ensure_ascii=False, indent=2))
    else:
        for item, chain in judged:
            _print(item, chain)
    sys.exit(0 if verdict.valid and all(chain is None or chain.trusted for _, chain in judged) else 1)


def _chain(verdict: CmsVerdict, checker: ChainChecker | None, at: datetime) -> ChainVerdict | None:
    if checker is None or verdict.certificate is None:
        return None
    return checker.check(verdict.certificate, at)


def _describe(verdict: CmsVerdict, chain: ChainVerdict | None) -> dict[str, object]:
    certificate = verdict.certificate
    return {
        "digest_ok": verdict.digest_ok,
        "signature_ok": verdict.signature_ok,
        "problem": verdict.problem and verdict.problem.name,
        "subject": certificate and certificate.subject,
        "issuer": certificate and certificate.issuer,
        "serial": certificate and f"{certificate.serial:x}",
        "not_before": certificate and certificate.not_before.isoformat(),
        "not_after": certificate and certificate.not_after.isoformat(),
        "signing_time": verdict.signing_time and verdict.signing_time.isoformat(),
        "message_digest": verdict.message_digest and verdict.message_digest.hex(),
        "detached": verdict.detached,
        "cades": verdict.cades,
        "trust": chain and chain.state.value,
        "trust_reason": chain and str(chain.reason),
    }


def _print(verdict: CmsVerdict, chain: ChainVerdict | None) -> None:
    if verdict.certificate is not None:
        click.echo(_text(ru="Подписал: ", en="Signed by: ") + verdict.certificate.subject)
    if verdict.signing_time is not None:
        click.echo(_text(ru="Время: ", en="Time: ") + f"{verdict.signing_time:%Y-%m-%d %H:%M:%S} UTC")
    if verdict.problem is not None:
        click.echo(str(verdict.problem.value), err=True)
    elif verdict.digest_ok is None:
        click.echo(
            _text(
                ru="подпись верна, но содержимое не названо: FILE не с чем сравнить",
                en="the signature is right, but no content was named to compare: FILE is missing",
            ),
            err=True,
        )
    else:
        click.echo(_text(ru="Подпись верна", en="The signature is right"))
    if chain is not None:
        click.echo(f"{chain.state.value}: {chain.reason}", err=not chain.trusted)
