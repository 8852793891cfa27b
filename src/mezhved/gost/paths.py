"""Finding the ways from a certificate to the trusted roots: names, signatures, authorities' powers.

Nothing here depends on the time, so that what was found may be kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mezhved.gost.verdicts import ChainState
from mezhved.texts import Text

if TYPE_CHECKING:
    from mezhved.gost.certificates import Certificate
    from mezhved.gost.provider import Provider
    from mezhved.gost.verdicts import TrustStore

MAX_PATH: Final = 8
"""Certificates in a chain, the signer's and the root's included."""

_MAX_SIGNATURES: Final = 64
_MAX_PATHS: Final = 8

Fault = tuple[ChainState, Text]


@dataclass(frozen=True, slots=True)
class Path:
    """One way to a root whose signatures are right; `fault` is what an authority on it may not do."""

    chain: tuple[Certificate, ...]
    fault: Fault | None


@dataclass(frozen=True, slots=True)
class PathSearch:
    """The ways found, the faultless first; `failure` says why there is none."""

    paths: tuple[Path, ...]
    failure: Text


class PathFinder:
    """Finds ways in one trust store."""

    def __init__(self, provider: Provider, trust: TrustStore) -> None:
        self._provider = provider
        self._roots = frozenset(trust.roots)
        self._by_subject: dict[object, list[Certificate]] = {}
        for authority in trust.authorities:
            self._by_subject.setdefault(authority.subject_name.comparable, []).append(authority)

    def search(self, certificate: Certificate) -> PathSearch:
        """Find up to eight ways, trying at most 64 signatures and eight certificates in a row."""
        chains: list[tuple[Certificate, ...]] = []
        failure = _no_issuer(certificate)
        budget = _MAX_SIGNATURES
        stack: list[tuple[Certificate, ...]] = [(certificate,)]
        while stack and len(chains) < _MAX_PATHS:
            chain = stack.pop()
            if chain[-1] in self._roots:
                chains.append(chain)
                continue
            candidates = self._issuers(chain)
            if not candidates:
                failure = _no_issuer(chain[-1])
            elif len(chain) >= MAX_PATH:
                failure = _TOO_LONG
                continue
            for issuer in reversed(candidates):
                if budget == 0:
                    return self._finished(chains, _TOO_LONG)
                budget -= 1
                if chain[-1].is_signed_by(issuer, self._provider):
                    stack.append((*chain, issuer))
                else:
                    failure = _wrong_signature(chain[-1])
        return self._finished(chains, failure)

    def _finished(self, chains: list[tuple[Certificate, ...]], failure: Text) -> PathSearch:
        paths = [Path(chain, _fault(chain)) for chain in chains]
        paths.sort(key=lambda path: path.fault is not None)
        return PathSearch(tuple(paths), failure)

    def _issuers(self, chain: tuple[Certificate, ...]) -> list[Certificate]:
        """Name those who may have issued the last one, the likeliest first; nobody twice in a chain."""
        last = chain[-1]
        met = {(item.subject_name.comparable, item.spki) for item in chain}
        found = [
            authority
            for authority in self._by_subject.get(last.issuer_name.comparable, ())
            if (authority.subject_name.comparable, authority.spki) not in met
        ]
        wanted = last.authority_key_id
        found.sort(
            key=lambda authority: (
                wanted is not None and authority.subject_key_id not in {None, wanted},
                authority not in self._roots,
            )
        )
        return found


_TOO_LONG: Final = Text(
    ru=f"цепочка длиннее {MAX_PATH} сертификатов или слишком запутана",
    en=f"the chain is longer than {MAX_PATH} certificates or too tangled",
)


def _no_issuer(certificate: Certificate) -> Text:
    if certificate.is_self_issued:
        return Text(
            ru=f"самоподписанный сертификат {certificate.subject} не входит в доверенные",
            en=f"the self-signed certificate {certificate.subject} is not among the trusted",
        )
    return Text(
        ru=f"среди доверенных нет издателя {certificate.issuer}",
        en=f"the issuer {certificate.issuer} is not among the trusted",
    )


def _wrong_signature(certificate: Certificate) -> Text:
    return Text(
        ru=f"подпись сертификата {certificate.subject} не сходится с ключом издателя {certificate.issuer}",
        en=f"the signature of the certificate {certificate.subject} does not fit the key of its issuer "
        f"{certificate.issuer}",
    )


def _fault(chain: tuple[Certificate, ...]) -> Fault | None:
    for certificate in chain:
        if certificate.unknown_critical:
            oids = ", ".join(certificate.unknown_critical)
            return ChainState.UNTRUSTED, Text(
                ru=f"у сертификата {certificate.subject} неизвестные критические расширения: {oids}",
                en=f"the certificate {certificate.subject} has unknown critical extensions: {oids}",
            )
    below = 0
    for authority in chain[1:]:
        fault = _authority_fault(authority, below, is_root=authority is chain[-1])
        if fault is not None:
            return fault
        if not authority.is_self_issued:
            below += 1
    return None


def _authority_fault(authority: Certificate, below: int, *, is_root: bool) -> Fault | None:
    """Judge an authority with so many authorities below it (RFC 5280 6.1.4 k-n)."""
    # A trusted root of the first version of X.509 has no extensions to say that it is one.
    ancient = is_root and not authority.extensions
    if not authority.is_ca and not ancient:
        return ChainState.WRONG_USAGE, Text(
            ru=f"издатель {authority.subject} — не удостоверяющий центр (basicConstraints)",
            en=f"the issuer {authority.subject} is no certification authority (basicConstraints)",
        )
    if authority.key_usage is not None and "keyCertSign" not in authority.key_usage:
        return ChainState.WRONG_USAGE, Text(
            ru=f"ключ УЦ {authority.subject} не предназначен для подписи сертификатов (keyUsage)",
            en=f"the key of the authority {authority.subject} is not for signing certificates (keyUsage)",
        )
    if authority.path_length is not None and below > authority.path_length:
        return ChainState.WRONG_USAGE, Text(
            ru=f"под УЦ {authority.subject} больше промежуточных центров, чем разрешено (pathLenConstraint)",
            en=f"more authorities under {authority.subject} than it allows (pathLenConstraint)",
        )
    return None
