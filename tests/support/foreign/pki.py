"""Keys and certificates made by the `openssl` command with gost-engine alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.openssl import OpenSsl

KEYS = (
    ("gost2012_256", "A"),
    ("gost2012_256", "B"),
    ("gost2012_256", "C"),
    ("gost2012_256", "0"),
    ("gost2012_256", "XA"),
    ("gost2012_256", "XB"),
    ("gost2012_256", "TCA"),
    ("gost2012_256", "TCB"),
    ("gost2012_256", "TCC"),
    ("gost2012_256", "TCD"),
    ("gost2012_512", "A"),
    ("gost2012_512", "B"),
    ("gost2012_512", "C"),
    ("gost2001", "A"),
    ("gost2001", "B"),
    ("gost2001", "C"),
    ("gost2001", "0"),
    ("gost2001", "XA"),
    ("gost2001", "XB"),
)
"""Every algorithm with every parameter set that gost-engine can make keys of."""

DIGESTS = {"gost2012_256": "md_gost12_256", "gost2012_512": "md_gost12_512", "gost2001": "md_gost94"}

_CONFIGURATION = """\
[req]
prompt=no
utf8=yes
string_mask=utf8only
distinguished_name=dn
[dn]
{subject}
[root]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
[leaf]
basicConstraints=CA:FALSE
keyUsage=digitalSignature
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
"""


@dataclass(frozen=True)
class ForeignKey:
    """A key and certificate as files in the folder of the command."""

    openssl: OpenSsl
    name: str
    algorithm: str

    @property
    def key_file(self) -> str:
        return f"{self.name}.key"

    @property
    def certificate_file(self) -> str:
        return f"{self.name}.pem"

    @property
    def pem(self) -> str:
        return self.openssl.read(self.certificate_file).decode()

    @property
    def base64(self) -> str:
        """The certificate's DER, base64 on one line."""
        return "".join(self.pem.split("-----")[2].split())

    @property
    def digest_name(self) -> str:
        return DIGESTS[self.algorithm]

    def sign(self, octets: bytes) -> bytes:
        self.openssl.write("to-sign", octets)
        return checked(
            self.openssl, "dgst", f"-{self.digest_name}", "-binary", "-sign", self.key_file, "to-sign"
        )

    def digest(self, octets: bytes) -> bytes:
        return checked(self.openssl, "dgst", f"-{self.digest_name}", "-binary", data=octets)


@dataclass(frozen=True)
class ForeignPki:
    """A root that issues directly."""

    openssl: OpenSsl

    @classmethod
    def make(cls, openssl: OpenSsl) -> ForeignPki:
        made = cls(openssl)
        openssl.write("root.cnf", _CONFIGURATION.format(subject="C=RU\nO=Чужой УЦ\nCN=Чужой корень"))
        checked(
            openssl, "req", "-x509", "-newkey", "gost2012_256", "-pkeyopt", "paramset:A", "-nodes", "-days",
            "60", "-config", "root.cnf", "-extensions", "root", "-keyout", "root.key", "-out", "root.pem",
        )  # fmt: skip
        return made

    @property
    def root_pem(self) -> str:
        return self.openssl.read("root.pem").decode()

    def issue(self, name: str, algorithm: str = "gost2012_256", paramset: str = "A") -> ForeignKey:
        subject = f"C=RU\nO=Тестовый орган «{name}»\nCN=ИС «{name}»\nOGRN=1027700000041\nINN=007700000048"
        self.openssl.write(f"{name}.cnf", _CONFIGURATION.format(subject=subject))
        parameters = ("-newkey", algorithm, "-pkeyopt", f"paramset:{paramset}", "-nodes")
        checked(
            self.openssl, "req", "-new", *parameters, "-config", f"{name}.cnf", "-keyout", f"{name}.key",
            "-out", f"{name}.csr",
        )  # fmt: skip
        checked(
            self.openssl, "x509", "-req", "-in", f"{name}.csr", "-CA", "root.pem", "-CAkey", "root.key",
            "-CAcreateserial", "-days", "30", "-extfile", f"{name}.cnf", "-extensions", "leaf",
            "-out", f"{name}.pem",
        )  # fmt: skip
        return ForeignKey(self.openssl, name, algorithm)


def checked(openssl: OpenSsl, *arguments: str, data: bytes = b"") -> bytes:
    """Run the command, which must succeed; return what it printed."""
    done = openssl.run(*arguments, data=data)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout
