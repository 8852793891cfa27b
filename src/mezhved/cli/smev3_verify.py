"""`mezhved smev3 verify`: every signature found in the files, and whether it holds."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mezhved.cli.trust import FILE_OR_FOLDER, Moment, read_trust
from mezhved.gost import ChainChecker, Verifier, load_provider
from mezhved.smev3.dumps import read_dump
from mezhved.smev3.signature import find_signatures
from mezhved.smev3.signature import verify as verify_signature
from mezhved.smev3.signature.places import is_known
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from mezhved.gost import Certificate
    from mezhved.smev3.signature import SignatureResult

_TERMS = {
    "valid": Text(ru="действует", en="in force"),
    "expired": Text(ru="истёк", en="expired"),
    "not_yet_valid": Text(ru="ещё не действует", en="not yet valid"),
}
_DIGESTS = {
    True: Text(ru="дайджест верен", en="digest right"),
    False: Text(ru="дайджест НЕВЕРЕН", en="digest FALSE"),
}
_VALUES = {
    True: Text(ru="подпись верна", en="signature right"),
    False: Text(ru="подпись НЕВЕРНА", en="signature FALSE"),
}


@dataclass(frozen=True, slots=True)
class _Judge:
    """What signatures are judged with: keys, a moment, and whom to trust."""

    verifier: Verifier
    at: datetime
    chains: ChainChecker | None

    def term(self, certificate: Certificate) -> str:
        if self.at < certificate.not_before:
            return "not_yet_valid"
        return "expired" if self.at > certificate.not_after else "valid"

    def trust(self, certificate: Certificate) -> str | None:
        return None if self.chains is None else self.chains.check(certificate, self.at).state.name


@dataclass(frozen=True, slots=True)
class _Report:
    """One file: what stands in it, or why it cannot be read."""

    file: str
    results: tuple[SignatureResult, ...]
    problem: str | None

    @property
    def holds(self) -> bool:
        return bool(self.results) and all(item.digest_ok and item.signature_ok for item in self.results)


@click.command(
    short_help=str(Text(ru="Проверить все подписи в файлах.", en="Check every signature in files.")),
    help=str(
        Text(
            ru="Проверить все подписи в файлах: сообщение SOAP, элемент операции или дамп multipart/HTTP "
            "любой версии; «-» — стандартный ввод. Код 1 — подпись неверна или не найдена. "
            "Срок и доверие к сертификату показываются отдельно и на код не влияют.",
            en="Check every signature in the files: a SOAP message, an operation's element or a "
            "multipart/HTTP dump of any version; '-' is standard input. Code 1: a signature is false or "
            "none was found. The certificate's term and trust are told apart and do not change the code.",
        )
    ),
)
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True)
)
@click.option("--json", "as_json", is_flag=True, help="JSON")
@click.option(
    "--at",
    type=Moment(),
    help=str(
        Text(
            ru="на какой момент судить о сертификате, ISO 8601 (без пояса — UTC); иначе сейчас",
            en="the moment to judge the certificate at, ISO 8601 (UTC without a zone); else now",
        )
    ),
)
@click.option(
    "--trust",
    multiple=True,
    type=FILE_OR_FOLDER,
    help=str(
        Text(
            ru="сертификаты УЦ и списки отзыва: файл или каталог; PEM, DER, p7b",
            en="certificates of authorities and revocation lists: file or folder; PEM, DER, p7b",
        )
    ),
)
def verify(files: tuple[str, ...], *, as_json: bool, at: datetime | None, trust: tuple[Path, ...]) -> None:
    """Print what was found; exit 1 unless every file holds signatures and all of them are right."""
    provider = load_provider()
    chains = ChainChecker(provider, read_trust(trust)) if trust else None
    judge = _Judge(Verifier(provider), at or datetime.now(UTC), chains)
    reports = [_report(name, judge) for name in files]
    if as_json:
        told = [_as_json(report, judge) for report in reports]
        click.echo(json.dumps(told[0] if len(told) == 1 else told, ensure_ascii=False, indent=2))
    else:
        for report in reports:
            _print(report, judge)
    sys.exit(0 if all(report.holds for report in reports) else 1)


def _report(name: str, judge: _Judge) -> _Report:
    data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    try:
        documents = read_dump(data)
    except MezhvedError as error:
        return _Report(name, (), str(error))
    results = tuple(
        verify_signature(holder, target, judge.verifier, place, diagnose=True)
        for document in documents
        for root in _known_roots(document.root)
        for place, holder, target in find_signatures(root)
    )
    problem = None if results else str(Text(ru="подписей не найдено", en="no signature was found"))
    return _Report(name, results, problem)


def _known_roots(root: etree._Element) -> Iterator[etree._Element]:
    """Yield where positions begin: the root, else the topmost envelopes and operations inside it."""
    if is_known(root):
        yield root
        return
    inner = [element for element in root.iter("*") if is_known(element)]
    if not inner:
        yield root
    taken = set(inner)
    for element in inner:
        if not any(ancestor in taken for ancestor in element.iterancestors()):
            yield element


def _as_json(report: _Report, judge: _Judge) -> dict[str, object]:
    told: dict[str, object] = {
        "file": report.file,
        "signatures": [_signature_as_json(result, judge) for result in report.results],
    }
    if report.problem:
        told["problem"] = report.problem
    return told


def _signature_as_json(result: SignatureResult, judge: _Judge) -> dict[str, object]:
    certificate = result.certificate
    return {
        "place": result.place.value,
        "signed_id": result.signed_id,
        "digest_ok": result.digest_ok,
        "signature_ok": result.signature_ok,
        "subject": certificate.subject if certificate else None,
        "issuer": certificate.issuer if certificate else None,
        "not_before": certificate.not_before.isoformat() if certificate else None,
        "not_after": certificate.not_after.isoformat() if certificate else None,
        "algorithm": result.algorithm.name if result.algorithm else None,
        "problem": _problem(result),
        "term": judge.term(certificate) if certificate else None,
        "trust": judge.trust(certificate) if certificate else None,
    }


def _problem(result: SignatureResult) -> str | None:
    if result.problem is None:
        return None
    text = str(result.problem.text)
    detail = str(result.reason) if result.reason else text
    return f"{result.problem.name}: {detail}"


def _print(report: _Report, judge: _Judge) -> None:
    click.echo(report.file)
    if report.problem:
        click.echo(f"  {report.problem}")
    for result in report.results:
        for line in _lines(result, judge):
            click.echo(f"  {line}")


def _lines(result: SignatureResult, judge: _Judge) -> Iterator[str]:
    signed = f"#{result.signed_id}" if result.signed_id else "-"
    yield f"{result.place} {signed}"
    yield f"  {_DIGESTS[result.digest_ok]}, {_VALUES[result.signature_ok]}"
    if result.problem:
        yield f"  {_problem(result)}"
    certificate = result.certificate
    if certificate is None:
        return
    term, trust = judge.term(certificate), judge.trust(certificate)
    since, until = certificate.not_before.isoformat(), certificate.not_after.isoformat()
    yield str(Text(ru=f"  чья: {certificate.subject}", en=f"  whose: {certificate.subject}"))
    yield str(Text(ru=f"  издатель: {certificate.issuer}", en=f"  issuer: {certificate.issuer}"))
    yield str(
        Text(
            ru=f"  срок: {since} - {until}, {_TERMS[term].ru}",
            en=f"  term: {since} - {until}, {_TERMS[term].en}",
        )
    )
    if trust:
        yield str(Text(ru=f"  доверие: {trust}", en=f"  trust: {trust}"))
