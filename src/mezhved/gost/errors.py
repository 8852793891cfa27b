"""All errors of the GOST room, as one tree."""

from __future__ import annotations

from mezhved.texts import MezhvedError


class GostError(MezhvedError):
    """Root of the room's errors."""


class MalformedKey(GostError):  # noqa: N818
    """The octets are no key of GOST R 34.10, or the key is not on its curve."""


class WrongPassword(GostError):  # noqa: N818
    """A password is missing or does not open the key."""


class MalformedDigest(GostError):  # noqa: N818
    """The digest to be signed has not the length that the key demands."""


class MalformedCertificate(GostError):  # noqa: N818
    """The octets are no X.509 certificate with a GOST key."""


class MalformedCms(GostError):  # noqa: N818
    """The octets are no CMS (PKCS#7) SignedData that can be judged."""


class MalformedCrl(GostError):  # noqa: N818
    """The octets are no X.509 certificate revocation list."""


class UnsupportedAlgorithm(GostError):  # noqa: N818
    """Well formed, but made with an algorithm that this room does not know."""


class ProviderUnavailable(GostError):  # noqa: N818
    """The library that a provider stands on is absent or does not work."""


class MalformedOcsp(GostError):  # noqa: N818
    """The octets are no OCSP response that can be judged."""


class OcspRefused(GostError):  # noqa: N818
    """The OCSP responder gave no answer and told why."""
