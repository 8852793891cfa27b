"""Keys of GOST R 34.10: numbers with their curve, and the public key's form in X.509 (RFC 9215 section 4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from mezhved.gost import der
from mezhved.gost.algorithms import KeyAlgorithm, key_algorithm_by_oid
from mezhved.gost.curves import Curve, curve_by_oid
from mezhved.gost.errors import MalformedKey, UnsupportedAlgorithm
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable

_GOST94_PARAMETERS = "1.2.643.2.2.30.1"
_NAMES_DIGEST = frozenset(f"1.2.643.2.2.{arc}" for arc in ("35.0", "35.1", "35.2", "35.3", "36.0", "36.1"))


def _check_size(algorithm: KeyAlgorithm, curve: Curve) -> None:
    if algorithm.size != curve.size:
        raise MalformedKey(
            Text(
                ru=f"кривая {curve.name} не подходит к алгоритму {algorithm.title}",
                en=f"the curve {curve.name} does not fit the algorithm {algorithm.title}",
            )
        )


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A point of its curve; `MalformedKey` when it is not one."""

    algorithm: KeyAlgorithm
    curve: Curve
    x: int
    y: int

    def __post_init__(self) -> None:
        _check_size(self.algorithm, self.curve)
        if not self.curve.has(self.x, self.y):
            raise MalformedKey(
                Text(
                    ru=f"точка открытого ключа не лежит на кривой {self.curve.name}",
                    en=f"the public key's point is not on the curve {self.curve.name}",
                )
            )

    def __hash__(self) -> int:
        return hash((self.x, self.y))

    @property
    def octets(self) -> bytes:
        """x||y, each little endian: what stands inside the certificate's bit string."""
        size = self.curve.size
        return self.x.to_bytes(size, "little") + self.y.to_bytes(size, "little")

    @classmethod
    def from_octets(cls, algorithm: KeyAlgorithm, curve: Curve, octets: bytes) -> Self:
        """Read x||y, each little endian."""
        size = curve.size
        if len(octets) != 2 * size:
            raise MalformedKey(
                Text(
                    ru=f"открытый ключ длиной {len(octets)} байт вместо {2 * size}",
                    en=f"a public key of {len(octets)} octets instead of {2 * size}",
                )
            )
        return cls(
            algorithm, curve, int.from_bytes(octets[:size], "little"), int.from_bytes(octets[size:], "little")
        )

    @classmethod
    def from_spki(cls, spki: bytes) -> Self:
        """Read a SubjectPublicKeyInfo; `MalformedKey`, `UnsupportedAlgorithm`."""
        try:
            fields = der.read(spki, "SubjectPublicKeyInfo").fields()
            algorithm, curve = read_algorithm(fields.take(der.SEQUENCE, "algorithm"))
            bits = fields.take(der.BIT_STRING, "subjectPublicKey").bits()
            fields.end()
            octets = der.read(bits, "subjectPublicKey").expect(der.OCTET_STRING).body
        except der.Asn1Error as error:
            raise MalformedKey(error.what, where=error.where) from error
        return cls.from_octets(algorithm, curve, octets)

    def spki(self) -> bytes:
        """Write the SubjectPublicKeyInfo in DER."""
        return der.sequence(
            write_algorithm(self.algorithm, self.curve),
            der.bit_string(der.tlv(der.OCTET_STRING, self.octets)),
        )


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A number d, 0 < d < q; `MalformedKey` when it is not so. Its `repr` does not show the number."""

    algorithm: KeyAlgorithm
    curve: Curve
    value: int = field(repr=False)

    def __post_init__(self) -> None:
        _check_size(self.algorithm, self.curve)
        if not 0 < self.value < self.curve.q:
            raise MalformedKey(
                Text(ru="число закрытого ключа вне пределов", en="the private key's number is out of range")
            )

    def __hash__(self) -> int:
        return hash(self.value)


def generate_key(algorithm: KeyAlgorithm, curve: Curve, randomness: Callable[[int], bytes]) -> PrivateKey:
    """Make a new key; `randomness(n)` must give n octets that nobody can guess (`os.urandom`)."""
    _check_size(algorithm, curve)
    return PrivateKey(algorithm, curve, random_number(curve.q, curve.size, randomness))


def random_number(q: int, size: int, randomness: Callable[[int], bytes]) -> int:
    """Draw 0 < k < q; eight octets more than needed leave no bias that could be seen."""
    return int.from_bytes(randomness(size + 8)) % (q - 1) + 1


def read_algorithm(node: der.Node) -> tuple[KeyAlgorithm, Curve]:
    """Read the AlgorithmIdentifier of a key; the digest's identifier may be there or not."""
    fields = node.fields()
    algorithm = key_algorithm_by_oid(fields.take(der.OBJECT_IDENTIFIER, "algorithm").oid(), where=node.name)
    parameters = fields.any("parameters").expect(der.SEQUENCE)
    fields.end()
    return algorithm, read_parameters(parameters)


def read_parameters(node: der.Node) -> Curve:
    """Read the parameters of a key's algorithm, of which only the curve counts."""
    parameters = node.fields()
    if parameters.peek() == der.INTEGER:
        raise UnsupportedAlgorithm(
            Text(ru="кривая задана числами, а не именем", en="the curve is given by numbers, not by name"),
            where=node.name,
        )
    curve = curve_by_oid(
        parameters.take(der.OBJECT_IDENTIFIER, "publicKeyParamSet").oid(), where="publicKeyParamSet"
    )
    for name in ("digestParamSet", "encryptionParamSet"):
        parameters.perhaps(der.OBJECT_IDENTIFIER, name)
    parameters.end()
    return curve


def write_algorithm(algorithm: KeyAlgorithm, curve: Curve) -> bytes:
    """Write the AlgorithmIdentifier of a key; the digest is named where RFC 9215 section 4.2 demands it."""
    parts = [der.oid(curve.oid)]
    if algorithm is KeyAlgorithm.GOST2001:
        parts.append(der.oid(_GOST94_PARAMETERS))
    elif curve.oid in _NAMES_DIGEST:
        parts.append(der.oid(algorithm.digest.oid))
    return der.sequence(der.oid(algorithm.oid), der.sequence(*parts))
