"""Verifying CMS SignedData: what was signed, by whom, and whether it holds (RFC 5652 section 5.6)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, BinaryIO, Final

from mezhved.gost import cms_reading as reading
from mezhved.gost.algorithms import Digest, KeyAlgorithm
from mezhved.gost.certificates import Certificate
from mezhved.gost.errors import MalformedCertificate, MalformedCms
from mezhved.gost.hashing import hash_content, hash_pieces
from mezhved.texts import Text

if TYPE_CHECKING:
    import mmap
    from collections.abc import Mapping
    from datetime import datetime

    from mezhved.gost.cms_reading import SignedData, SignerInfo
    from mezhved.gost.provider import Provider
    from mezhved.gost.signer import Verifier

_MAX_CERTIFICATES: Final = 128
_DIGESTS: Final[Mapping[str, Digest]] = {digest.oid: digest for digest in Digest}
_SIGNATURES: Final = frozenset(
    oid for algorithm in KeyAlgorithm for oid in (algorithm.oid, algorithm.signature_oid)
)
_SHA: Final[Mapping[str, str]] = {
    reading.SHA1: "sha1",
    reading.SHA256: "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}


class CmsProblem(Enum):
    """Why a signature does not hold although its form is right."""

    NO_CONTENT = Text(ru="нет подписанного содержимого", en="the signed content is absent")
    WRONG_DIGEST = Text(
        ru="подписано другое содержимое: хэш не сходится", en="other content was signed: the digest differs"
    )
    WRONG_SIGNATURE = Text(ru="подпись неверна", en="the signature is false")
    NO_CERTIFICATE = Text(ru="нет сертификата подписавшего", en="the signer's certificate is absent")
    UNSUPPORTED = Text(ru="алгоритм не ГОСТ", en="the algorithm is none of GOST")
    NO_DIGEST = Text(
        ru="в подписанных атрибутах нет messageDigest или contentType",
        en="the signed attributes lack messageDigest or contentType",
    )
    WRONG_CONTENT_TYPE = Text(
        ru="contentType подписанных атрибутов — другой", en="the signed attributes have another contentType"
    )
    OTHER_CERTIFICATE = Text(
        ru="signingCertificate называет другой сертификат", en="signingCertificate names another certificate"
    )
    OTHER_ALGORITHM = Text(
        ru="cmsAlgorithmProtection называет другие алгоритмы",
        en="cmsAlgorithmProtection names other algorithms",
    )


@dataclass(frozen=True, slots=True)
class CmsVerdict:
    """What is known of one signature of a SignedData.

    `digest_ok`: the content is the one that was signed; None when there was no content to compare.
    `signature_ok`: the signature fits the key of `certificate`, the signer's; whether that certificate is
    trusted is another question. `message_digest` is the signed digest of the content as the attributes give
    it, `content_digest` the one that was computed. `cades`: the signature names its certificate, rightly.
    `co_signers` are the verdicts on further signatures of the same SignedData.
    """

    digest_ok: bool | None
    signature_ok: bool
    certificate: Certificate | None
    signing_time: datetime | None
    message_digest: bytes | None
    content_digest: bytes | None
    digest_algorithm: Digest | None
    detached: bool
    cades: bool
    problem: CmsProblem | None
    certificates: tuple[Certificate, ...]
    co_signers: tuple[CmsVerdict, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether this signature and all further ones hold over the content."""
        return (
            self.problem is None
            and self.signature_ok
            and self.digest_ok is True
            and all(other.valid for other in self.co_signers)
        )


def verify_cms(
    cms: bytes | mmap.mmap,
    content: BinaryIO | bytes | None,
    provider: Provider,
    *,
    content_digest: bytes | None = None,
    certificates: tuple[Certificate, ...] = (),
    verifier: Verifier | None = None,
) -> CmsVerdict:
    """Verify SignedData (DER, BER, PEM or base64) over its own content or over the one given.

    Contents are read in pieces: of a mapped file (`mapped_cms`) no more is in memory. `content` is read from
    where it stands; instead of it, `content_digest` may give its digest, computed before with the signer's
    algorithm. Without either, a detached signature over attributes is still
    checked, and `digest_ok` is None. `certificates` are further ones among which to look for the signer;
    `verifier` keeps parsed certificates. Raise `MalformedCms` when there is nothing to judge; a false
    signature is a verdict.
    """
    signed = reading.parse_cms(cms)
    if not signed.signers:
        raise MalformedCms(Text(ru="в SignedData нет ни одной подписи", en="SignedData has no signature"))
    bag = _Bag.read(signed, certificates, verifier)
    digests = _digests(signed, content, provider)
    if content_digest is not None:
        digests = {algorithm: (*found, content_digest) for algorithm, found in digests.items()}
    first, *others = signed.signers
    co_signers = tuple(_judge(signed, signer, bag, digests, provider) for signer in others)
    return _judge(signed, first, bag, digests, provider, co_signers=co_signers)


@dataclass(frozen=True, slots=True)
class _Bag:
    """The certificates among which the signer's is looked for; `broken` is the first that is none."""

    own: tuple[Certificate, ...]
    others: tuple[Certificate, ...]
    broken: MalformedCertificate | None

    @classmethod
    def read(cls, signed: SignedData, others: tuple[Certificate, ...], verifier: Verifier | None) -> _Bag:
        if len(signed.certificates) > _MAX_CERTIFICATES:
            raise MalformedCms(
                Text(ru="слишком много сертификатов", en="too many certificates"), where="certificates"
            )
        own: list[Certificate] = []
        broken: MalformedCertificate | None = None
        for octets in signed.certificates:
            try:
                own.append(verifier.certificate(octets) if verifier else Certificate.parse(octets))
            except MalformedCertificate as error:
                broken = broken or error
        return cls(tuple(own), others, broken)

    def find(self, signer: SignerInfo) -> Certificate | None:
        """Find the signer's certificate; raise `MalformedCms` when it may be the one that is broken.

        An issuer whose parts stand in another order is the same one when the serial number fits as well:
        programs that write the name from its text (RFC 2253 2.1 lists it from the end) turn it round.
        """
        candidates = (*self.own, *self.others)
        if signer.key_id is not None:
            fitting = (each for each in candidates if each.subject_key_id == signer.key_id)
            found = next(fitting, None)
        elif signer.issuer is not None:
            issuer = signer.issuer
            numbered = [each for each in candidates if each.serial == signer.serial]
            same = [each for each in numbered if each.issuer_name.comparable == issuer.comparable]
            turned = [each for each in numbered if each.issuer_name.has_parts_of(issuer)]
            found = next(iter(same or turned), None)
        else:
            found = None
        if found is None and self.broken is not None:
            raise MalformedCms(self.broken.what, where=f"certificates: {self.broken.where}")
        return found


# For each digest function: the digests of the attached content and of the given one, those there are.
_Digests = dict[Digest, tuple[bytes, ...]]


def _digests(signed: SignedData, content: BinaryIO | bytes | None, provider: Provider) -> _Digests:
    wanted = {_DIGESTS[signer.digest_oid] for signer in signed.signers if signer.digest_oid in _DIGESTS}
    hashed = []
    if signed.attached is not None:
        hashed.append(hash_pieces(signed.attached.pieces(), wanted, provider))
    if content is not None:
        hashed.append(hash_content(content, wanted, provider))
    return {digest: tuple(found[digest] for found in hashed) for digest in wanted}


def _judge(
    signed: SignedData,
    signer: SignerInfo,
    bag: _Bag,
    digests: _Digests,
    provider: Provider,
    *,
    co_signers: tuple[CmsVerdict, ...] = (),
) -> CmsVerdict:
    algorithm = _DIGESTS.get(signer.digest_oid)
    found = digests[algorithm] if algorithm is not None else ()
    evidence = _Evidence(
        signed=signed,
        signer=signer,
        certificate=bag.find(signer),
        algorithm=algorithm,
        found=found,
        computed=found[0] if len(set(found)) == 1 else None,
        provider=provider,
    )
    signature_ok = evidence.signature_ok()
    digest_ok = evidence.digest_ok(signature_ok=signature_ok)
    names_certificate = evidence.names_certificate()
    attributes = signer.attributes
    return CmsVerdict(
        digest_ok=digest_ok,
        signature_ok=signature_ok,
        certificate=evidence.certificate,
        signing_time=None if attributes is None else attributes.signing_time,
        message_digest=None if attributes is None else attributes.message_digest,
        content_digest=evidence.computed,
        digest_algorithm=algorithm,
        detached=signed.attached is None,
        cades=names_certificate is True,
        problem=evidence.problem(
            digest_ok=digest_ok, signature_ok=signature_ok, names_certificate=names_certificate
        ),
        certificates=bag.own,
        co_signers=co_signers,
    )


@dataclass(frozen=True, slots=True)
class _Evidence:
    """Everything that one verdict is made from; `found` are the digests that must all be `computed`."""

    signed: SignedData
    signer: SignerInfo
    certificate: Certificate | None
    algorithm: Digest | None
    found: tuple[bytes, ...]
    computed: bytes | None
    provider: Provider

    @property
    def _is_gost(self) -> bool:
        return (
            self.certificate is not None
            and self.algorithm is not None
            and self.certificate.has_gost_key
            and self.certificate.public_key.algorithm.digest.size == self.algorithm.size
            # The field writes the key's identifier here, or that of another generation of the same key.
            and self.signer.signature_oid in _SIGNATURES
        )

    def signature_ok(self) -> bool:
        """Verify over the attributes, or over the content's digest where there are none."""
        certificate, algorithm, attributes = self.certificate, self.algorithm, self.signer.attributes
        if certificate is None or algorithm is None or not self._is_gost:
            return False
        if attributes is not None:
            signed = [self.provider.digest(algorithm, octets) for octets in attributes.encodings]
        else:
            signed = [] if self.computed is None else [self.computed]
        return any(
            self.provider.verify(certificate.public_key, digest, self.signer.signature) for digest in signed
        )

    def digest_ok(self, *, signature_ok: bool) -> bool | None:
        """Compare the content's digest with the signed one; without attributes the signature itself does."""
        if not self.found:
            return None
        if self.computed is None:
            return False
        attributes = self.signer.attributes
        return signature_ok if attributes is None else self.computed == attributes.message_digest

    def names_certificate(self) -> bool | None:
        """Tell whether CAdES names this certificate; None when it names none by a digest known here."""
        attributes, certificate = self.signer.attributes, self.certificate
        if attributes is None or certificate is None:
            return None
        outcome: bool | None = None
        for oid, expected in attributes.certificate_digests:
            if oid in _DIGESTS:
                outcome = self.provider.digest(_DIGESTS[oid], certificate.der) == expected
            elif oid in _SHA:
                outcome = hashlib.new(_SHA[oid], certificate.der, usedforsecurity=False).digest() == expected
            if outcome is False:
                return False
        return outcome

    def problem(
        self, *, digest_ok: bool | None, signature_ok: bool, names_certificate: bool | None
    ) -> CmsProblem | None:
        """Name the first thing that is wrong."""
        signer, attributes = self.signer, self.signer.attributes
        content_type = None if attributes is None else attributes.content_type
        protection = None if attributes is None else attributes.protection
        checks = (
            (CmsProblem.NO_CERTIFICATE, self.certificate is None),
            (CmsProblem.UNSUPPORTED, not self._is_gost),
            (CmsProblem.NO_DIGEST, attributes is not None and attributes.message_digest is None),
            (CmsProblem.WRONG_CONTENT_TYPE, content_type not in {None, self.signed.content_type}),
            (CmsProblem.NO_CONTENT, attributes is None and not self.found),
            (CmsProblem.WRONG_DIGEST, digest_ok is False and (attributes is not None or not self.computed)),
            (CmsProblem.WRONG_SIGNATURE, not signature_ok),
            (
                CmsProblem.OTHER_ALGORITHM,
                protection not in {None, (signer.digest_oid, signer.signature_oid)},
            ),
            (CmsProblem.OTHER_CERTIFICATE, names_certificate is False),
        )
        return next((problem for problem, wrong in checks if wrong), None)
