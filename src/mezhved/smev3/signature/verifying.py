"""Checking one signature against the element that its schema position demands."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Final, NamedTuple

from mezhved.gost import GostError
from mezhved.smev3.signature.algorithms import (
    DIGESTS,
    ENVELOPED,
    EXC_C14N,
    INCLUSIVE_C14N,
    REJECTED,
    SIGNATURES,
    SMEV_TRANSFORM,
)
from mezhved.smev3.signature.model import SignatureProblem, SignatureResult
from mezhved.smev3.signature.structure import Refusal, malformed, read_structure, take_apart, unsupported
from mezhved.smev3.transform import TransformError, canonical_octets, signed_octets
from mezhved.smev3.versions import XOP
from mezhved.texts import Text

if TYPE_CHECKING:
    from lxml import etree

    from mezhved.gost import Certificate, KeyAlgorithm, Verifier
    from mezhved.smev3.signature.model import Place
    from mezhved.smev3.signature.structure import Structure

_XML_ATTRIBUTE = "{http://www.w3.org/XML/1998/namespace}"
_TWO = 2
_USUAL: Final = (EXC_C14N, SMEV_TRANSFORM)
_INCLUDE = f"{{{XOP}}}Include"


class _Judgement(NamedTuple):
    """Half of a verdict: right or not, and why not."""

    right: bool
    problem: SignatureProblem | None = None
    reason: Text | None = None
    certificate: Certificate | None = None


_RIGHT: Final = _Judgement(right=True)


def verify(
    holder: etree._Element | None,
    target: etree._Element | None,
    verifier: Verifier,
    place: Place,
    *,
    diagnose: bool = False,
) -> SignatureResult:
    """Check the signature in `holder` over `target`; nothing is looked up by Id.

    `target` is the element that the schema position demands: the Reference must be "#" and its Id.
    A false or malformed signature is a result, not an exception. `diagnose=True` tells, at the cost
    of a second check of a false signature, whether SignedInfo was only reformatted.
    """
    try:
        structure = read_structure(holder)
    except Refusal as refusal:
        return SignatureResult(place, problem=refusal.problem, reason=refusal.reason)
    over = _judge_digest(structure, holder, target, verifier)
    by = _judge_signature(structure, verifier, diagnose=diagnose)
    problem, reason = over.problem or by.problem, over.reason or by.reason
    if problem is None and not REJECTED.isdisjoint((structure.signature_method, structure.digest_method)):
        problem = SignatureProblem.REJECTED_NAMES
        reason = problem.text
    named = structure.uri.startswith("#") and len(structure.uri) > 1
    return SignatureResult(
        place=place,
        signed_id=structure.uri[1:] if named else None,
        element=target if over.problem is not SignatureProblem.INCORRECT_TARGET else None,
        digest_ok=over.right,
        signature_ok=by.right,
        certificate=by.certificate,
        algorithm=SIGNATURES.get(structure.signature_method),
        problem=problem,
        reason=reason,
    )


def signing_certificate(signature: etree._Element, verifier: Verifier) -> Certificate | None:
    """Return the certificate of a ds:Signature whose key made it, None when none did.

    What was signed is not looked at: that is for `verify`.
    """
    try:
        structure = take_apart(signature)
    except Refusal:
        return None
    judged = _judge_signature(structure, verifier, diagnose=False)
    return judged.certificate if judged.right else None


def _judge_digest(
    structure: Structure, holder: etree._Element | None, target: etree._Element | None, verifier: Verifier
) -> _Judgement:
    wanted = None if target is None else target.get("Id")
    if target is None or not wanted or structure.uri != f"#{wanted}":
        problem = SignatureProblem.INCORRECT_TARGET
        return _Judgement(right=False, problem=problem, reason=_wrong_target(structure.uri, target, wanted))
    algorithm = DIGESTS.get(structure.digest_method)
    try:
        if structure.digest_value is None:
            raise malformed("DigestValue — не base64", "DigestValue is not base64")
        if structure.transforms != _USUAL:
            _check_transforms(structure.transforms, holder, target)
        if algorithm is None:
            raise unsupported(f"DigestMethod {structure.digest_method or '?'}")
        digest = verifier.provider.digest(algorithm, signed_octets(target))
    except Refusal as refusal:
        return _Judgement(right=False, problem=refusal.problem, reason=refusal.reason)
    except TransformError as error:
        return _Judgement(right=False, problem=SignatureProblem.NO_SIGNED_FORM, reason=error.what)
    if digest != structure.digest_value:
        problem = SignatureProblem.DIGEST
        if next(target.iter(_INCLUDE), None) is not None:
            problem = SignatureProblem.PARTS_MISSING
        return _Judgement(right=False, problem=problem, reason=problem.text)
    return _RIGHT


def _wrong_target(uri: str, target: etree._Element | None, wanted: str | None) -> Text:
    if target is None:
        return Text(ru="нет элемента, который должен быть подписан", en="the element to be signed is missing")
    name = str(target.tag).rpartition("}")[2]
    if not wanted:
        return Text(ru=f"у элемента {name} нет Id", en=f"the element {name} has no Id")
    return Text(
        ru=f"подписан «{uri[:200]}», а должен быть подписан {name} «#{wanted[:200]}»",
        en=f'"{uri[:200]}" is signed, while it must be {name} "#{wanted[:200]}"',
    )


def _check_transforms(
    transforms: tuple[str, ...], holder: etree._Element | None, target: etree._Element
) -> None:
    """Accept exc-c14n (or C14N) and the SMEV transform in this order, enveloped-signature before it."""
    enveloped = ENVELOPED in transforms[:-1]
    rest = [name for name in transforms[:-1] if name != ENVELOPED] + list(transforms[-1:])
    if len(rest) != _TWO or rest[1] != SMEV_TRANSFORM:
        raise unsupported("Transforms " + (", ".join(name or "?" for name in transforms) or "?"))
    if rest[0] in INCLUSIVE_C14N:
        # inclusive C14N brings the ancestors' xml:lang and the like into the signed element
        ancestors = target.iterancestors()
        if any(str(key).startswith(_XML_ATTRIBUTE) for element in ancestors for key in element.attrib):
            raise unsupported(f"Transform {rest[0]} + xml:*")
    elif rest[0] != EXC_C14N:
        raise unsupported(f"Transform {rest[0] or '?'}")
    if enveloped and holder is not None and any(element is target for element in holder.iterancestors()):
        raise unsupported(f"Transform {ENVELOPED}")


def _judge_signature(structure: Structure, verifier: Verifier, *, diagnose: bool) -> _Judgement:
    """Judge by the certificate that fits; when none does, tell what is wrong with the first one."""
    if not structure.certificates:
        problem = SignatureProblem.NO_CERTIFICATE
        return _Judgement(right=False, problem=problem, reason=problem.text)
    first: _Judgement | None = None
    for octets in structure.certificates:
        judged = _judge_by(octets, structure, verifier, diagnose=diagnose and first is None)
        if judged.right:
            return judged
        first = first or judged
    return first or judged


def _judge_by(
    octets: bytes | None, structure: Structure, verifier: Verifier, *, diagnose: bool
) -> _Judgement:
    if octets is None:
        problem = SignatureProblem.BAD_CERTIFICATE
        return _Judgement(right=False, problem=problem, reason=problem.text)
    try:
        certificate = verifier.certificate(octets)
    except GostError as error:
        return _Judgement(right=False, problem=SignatureProblem.BAD_CERTIFICATE, reason=error.what)
    algorithm = SIGNATURES.get(structure.signature_method)
    if algorithm is None:
        refusal = unsupported(f"SignatureMethod {structure.signature_method or '?'}")
        return _Judgement(
            right=False, problem=refusal.problem, reason=refusal.reason, certificate=certificate
        )
    try:
        agrees = certificate.public_key.algorithm is algorithm
        right = agrees and _signed(structure.signed_info, structure, certificate, algorithm, verifier)
    except (GostError, TransformError) as error:
        problem = SignatureProblem.WRONG_ALGORITHM
        return _Judgement(right=False, problem=problem, reason=error.what, certificate=certificate)
    if right:
        return _Judgement(right=True, certificate=certificate)
    problem = SignatureProblem.SIGNATURE if agrees else SignatureProblem.WRONG_ALGORITHM
    if agrees and diagnose and _right_without_blanks(structure, certificate, algorithm, verifier):
        problem = SignatureProblem.REFORMATTED
    return _Judgement(right=False, problem=problem, reason=problem.text, certificate=certificate)


def _signed(
    signed_info: etree._Element,
    structure: Structure,
    certificate: Certificate,
    algorithm: KeyAlgorithm,
    verifier: Verifier,
) -> bool:
    """Check the value over SignedInfo, which takes exc-c14n and never the SMEV transform."""
    if structure.signature_value is None:
        return False
    digest = verifier.provider.digest(algorithm.digest, canonical_octets(signed_info))
    return verifier.verify(certificate, digest, structure.signature_value)


def _right_without_blanks(
    structure: Structure, certificate: Certificate, algorithm: KeyAlgorithm, verifier: Verifier
) -> bool:
    signed_info = copy.deepcopy(structure.signed_info)
    for element in signed_info.iter():
        if len(element) and element.text and not element.text.strip():
            element.text = None
        if element.tail and not element.tail.strip():
            element.tail = None
    return _signed(signed_info, structure, certificate, algorithm, verifier)
