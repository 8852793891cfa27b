"""GOST keys, hashes, signatures, certificates and CMS. Knows nothing of SMEV."""

from mezhved.gost.algorithms import (
    Digest,
    KeyAlgorithm,
    key_algorithm_by_oid,
)
from mezhved.gost.certificates import Certificate, Extension, parse_certificates
from mezhved.gost.chain import (
    ChainChecker,
    ChainState,
    ChainVerdict,
    RevocationPolicy,
    RevocationRules,
    TrustStore,
)
from mezhved.gost.cms import CmsProblem, CmsVerdict, verify_cms
from mezhved.gost.cms_reading import AttachedContent, SignedData, SignerInfo, mapped_cms, parse_cms
from mezhved.gost.cms_signing import (
    assemble_cms,
    sign_cms,
    sign_cms_digest,
    sign_cms_into,
    signed_attributes,
)
from mezhved.gost.crl import Crl, Reason, Revocation, parse_crls
from mezhved.gost.curves import CURVES, Curve, curve_by_name, curve_by_oid
from mezhved.gost.errors import (
    GostError,
    MalformedCertificate,
    MalformedCms,
    MalformedCrl,
    MalformedDigest,
    MalformedKey,
    MalformedOcsp,
    OcspRefused,
    ProviderUnavailable,
    UnsupportedAlgorithm,
    WrongPassword,
)
from mezhved.gost.hashing import hash_content
from mezhved.gost.issuing import (
    CannotIssue,
    RevokedEntry,
    Term,
    issue_ca,
    issue_crl,
    issue_end_entity,
    issue_root,
    key_identifier,
    random_serial,
)
from mezhved.gost.keys import PrivateKey, PublicKey, generate_key
from mezhved.gost.names import DistinguishedName, InvalidName, Name
from mezhved.gost.ocsp import CertId, OcspAnswer, OcspHash, OcspResponse, write_request
from mezhved.gost.ocsp_signers import signer_of
from mezhved.gost.pkcs8 import PrivateKeyForm, dump_private_key, load_private_key
from mezhved.gost.pkcs12 import Container, read_container
from mezhved.gost.provider import Hasher, Provider, load_provider
from mezhved.gost.signer import Signer, SoftwareSigner, Verifier
from mezhved.gost.verdicts import Watch

__all__ = [
    "CURVES",
    "AttachedContent",
    "CannotIssue",
    "CertId",
    "Certificate",
    "ChainChecker",
    "ChainState",
    "ChainVerdict",
    "CmsProblem",
    "CmsVerdict",
    "Container",
    "Crl",
    "Curve",
    "Digest",
    "DistinguishedName",
    "Extension",
    "GostError",
    "Hasher",
    "InvalidName",
    "KeyAlgorithm",
    "MalformedCertificate",
    "MalformedCms",
    "MalformedCrl",
    "MalformedDigest",
    "MalformedKey",
    "MalformedOcsp",
    "Name",
    "OcspAnswer",
    "OcspHash",
    "OcspRefused",
    "OcspResponse",
    "PrivateKey",
    "PrivateKeyForm",
    "Provider",
    "ProviderUnavailable",
    "PublicKey",
    "Reason",
    "Revocation",
    "RevocationPolicy",
    "RevocationRules",
    "RevokedEntry",
    "SignedData",
    "Signer",
    "SignerInfo",
    "SoftwareSigner",
    "Term",
    "TrustStore",
    "UnsupportedAlgorithm",
    "Verifier",
    "Watch",
    "WrongPassword",
    "assemble_cms",
    "curve_by_name",
    "curve_by_oid",
    "dump_private_key",
    "generate_key",
    "hash_content",
    "issue_ca",
    "issue_crl",
    "issue_end_entity",
    "issue_root",
    "key_algorithm_by_oid",
    "key_identifier",
    "load_private_key",
    "load_provider",
    "mapped_cms",
    "parse_certificates",
    "parse_cms",
    "parse_crls",
    "random_serial",
    "read_container",
    "sign_cms",
    "sign_cms_digest",
    "sign_cms_into",
    "signed_attributes",
    "signer_of",
    "verify_cms",
    "write_request",
]
