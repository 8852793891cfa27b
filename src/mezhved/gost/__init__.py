"""GOST keys, hashes, signatures, certificates and CMS. Knows nothing of SMEV."""

from mezhved.gost.algorithms import (
    Digest,
    KeyAlgorithm,
    digest_by_oid,
    key_algorithm_by_oid,
    key_algorithm_by_signature_oid,
)
from mezhved.gost.curves import CURVES, Curve, curve_by_name, curve_by_oid
from mezhved.gost.errors import (
    GostError,
    MalformedCertificate,
    MalformedCms,
    MalformedCrl,
    MalformedDigest,
    MalformedKey,
    ProviderUnavailable,
    UnsupportedAlgorithm,
    WrongPassword,
)
from mezhved.gost.keys import PrivateKey, PublicKey, generate_key
from mezhved.gost.pkcs8 import PrivateKeyForm, dump_private_key, load_private_key
from mezhved.gost.provider import Hasher, Provider, load_provider

__all__ = [
    "CURVES",
    "Curve",
    "Digest",
    "GostError",
    "Hasher",
    "KeyAlgorithm",
    "MalformedCertificate",
    "MalformedCms",
    "MalformedCrl",
    "MalformedDigest",
    "MalformedKey",
    "PrivateKey",
    "PrivateKeyForm",
    "Provider",
    "ProviderUnavailable",
    "PublicKey",
    "UnsupportedAlgorithm",
    "WrongPassword",
    "curve_by_name",
    "curve_by_oid",
    "digest_by_oid",
    "dump_private_key",
    "generate_key",
    "key_algorithm_by_oid",
    "key_algorithm_by_signature_oid",
    "load_private_key",
    "load_provider",
]

# Certificates, chains and CMS.
