"""The elliptic curves of GOST R 34.10 (RFC 4357 section 11.4, RFC 7836 appendix A, RFC 7091 section 7)."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from mezhved.gost.errors import UnsupportedAlgorithm
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve y² = x³ + ax + b over GF(p) with the point (x, y) of prime order q.

    `size` is the length of a coordinate in octets.
    """

    name: str
    oid: str
    p: int
    a: int
    b: int
    q: int
    x: int
    y: int
    size: int

    def __hash__(self) -> int:
        return hash(self.oid)

    def __repr__(self) -> str:
        return f"<Curve {self.name}>"

    def has(self, x: int, y: int) -> bool:
        """Tell whether the point lies on the curve, with both coordinates reduced."""
        p = self.p
        return 0 <= x < p and 0 <= y < p and (y * y - (x * x + self.a) * x - self.b) % p == 0


def _hex(digits: str) -> int:
    return int(digits.replace(" ", ""), 16)


@dataclass(frozen=True, slots=True)
class _Numbers:
    """The parameters of one curve, which may go by several names."""

    p: int
    a: int
    b: int
    q: int
    x: int
    y: int
    size: int

    def named(self, name: str, oid: str) -> Curve:
        return Curve(name, oid, self.p, self.a, self.b, self.q, self.x, self.y, self.size)


_P256 = 2**256 - 617
_P512 = 2**512 - 569

_TEST = _Numbers(
    p=2**255 + 0x431,
    a=7,
    b=_hex("5FBFF498AA938CE7 39B8E022FBAFEF40 563F6E6A3472FC2A 514C0CE9DAE23B7E"),
    q=_hex("8000000000000000 0000000000000001 50FE8A1892976154 C59CFC193ACCF5B3"),
    x=2,
    y=_hex("08E2A8A0E65147D4 BD6316030E16D19C 85C97F0A9CA26712 2B96ABBCEA7E8FC8"),
    size=32,
)
_A = _Numbers(
    p=_P256,
    a=_P256 - 3,
    b=0xA6,
    q=_hex("FFFFFFFFFFFFFFFF FFFFFFFFFFFFFFFF 6C611070995AD100 45841B09B761B893"),
    x=1,
    y=_hex("8D91E471E0989CDA 27DF505A453F2B76 35294F2DDF23E3B1 22ACC99C9E9F1E14"),
    size=32,
)
_B = _Numbers(
    p=2**255 + 0xC99,
    a=2**255 + 0xC96,
    b=_hex("3E1AF419A269A5F8 66A7D3C25C3DF80A E979259373FF2B18 2F49D4CE7E1BBC8B"),
    q=_hex("8000000000000000 0000000000000001 5F700CFFF1A624E5 E497161BCC8A198F"),
    x=1,
    y=_hex("3FA8124359F96680 B83D1C3EB2C070E5 C545C9858D03ECFB 744BF8D717717EFC"),
    size=32,
)
_C = _Numbers(
    p=_hex("9B9F605F5A858107 AB1EC85E6B41C8AA CF846E86789051D3 7998F7B9022D759B"),
    a=_hex("9B9F605F5A858107 AB1EC85E6B41C8AA CF846E86789051D3 7998F7B9022D7598"),
    b=0x805A,
    q=_hex("9B9F605F5A858107 AB1EC85E6B41C8AA 582CA3511EDDFB74 F02F3A6598980BB9"),
    x=0,
    y=_hex("41ECE55743711A8C 3CBF3783CD08C0EE 4D4DC440D4641A8F 366E550DFDB3BB67"),
    size=32,
)
_TWISTED_256 = _Numbers(
    p=_P256,
    a=_hex("C2173F1513981673 AF4892C23035A27C E25E2013BF95AA33 B22C656F277E7335"),
    b=_hex("295F9BAE7428ED9C CC20E7C359A9D41A 22FCCD9108E17BF7 BA9337A6F8AE9513"),
    q=_hex("4000000000000000 0000000000000000 0FD8CDDFC87B6635 C115AF556C360C67"),
    x=_hex("91E38443A5E82C0D 880923425712B2BB 658B9196932E02C7 8B2582FE742DAA28"),
    y=_hex("32879423AB1A0375 895786C4BB46E956 5FDE0B5344766740 AF268ADB32322E5C"),
    size=32,
)
_TEST_512 = _Numbers(
    p=_hex(
        "4531ACD1FE0023C7 550D267B6B2FEE80 922B14B2FFB90F04 D4EB7C09B5D2D15D"
        "F1D852741AF4704A 0458047E80E4546D 35B8336FAC224DD8 1664BBF528BE6373"
    ),
    a=7,
    b=_hex(
        "1CFF0806A31116DA 29D8CFA54E57EB74 8BC5F377E49400FD D788B649ECA1AC43"
        "61834013B2AD7322 480A89CA58E0CF74 BC9E540C2ADD6897 FAD0A3084F302ADC"
    ),
    q=_hex(
        "4531ACD1FE0023C7 550D267B6B2FEE80 922B14B2FFB90F04 D4EB7C09B5D2D15D"
        "A82F2D7ECB1DBAC7 19905C5EECC423F1 D86E25EDBE23C595 D644AAF187E6E6DF"
    ),
    x=_hex(
        "24D19CC64572EE30 F396BF6EBBFD7A6C 5213B3B3D7057CC8 25F91093A68CD762"
        "FD60611262CD838D C6B60AA7EEE804E2 8BC849977FAC33B4 B530F1B120248A9A"
    ),
    y=_hex(
        "2BB312A43BD2CE6E 0D020613C857ACDD CFBF061E91E5F2C3 F32447C259F39B2C"
        "83AB156D77F1496B F7EB3351E1EE4E43 DC1A18B91B24640B 6DBB92CB1ADD371E"
    ),
    size=64,
)
_A_512 = _Numbers(
    p=_P512,
    a=_P512 - 3,
    b=_hex(
        "E8C2505DEDFC86DD C1BD0B2B6667F1DA 34B82574761CB0E8 79BD081CFD0B6265"
        "EE3CB090F30D2761 4CB4574010DA90DD 862EF9D4EBEE4761 503190785A71C760"
    ),
    q=_hex(
        "FFFFFFFFFFFFFFFF FFFFFFFFFFFFFFFF FFFFFFFFFFFFFFFF FFFFFFFFFFFFFFFF"
        "27E69532F48D8911 6FF22B8D4E056060 9B4B38ABFAD2B85D CACDB1411F10B275"
    ),
    x=3,
    y=_hex(
        "7503CFE87A836AE3 A61B8816E25450E6 CE5E1C93ACF1ABC1 778064FDCBEFA921"
        "DF1626BE4FD036E9 3D75E6A50E3A41E9 8028FE5FC235F5B8 89A589CB5215F2A4"
    ),
    size=64,
)
_B_512 = _Numbers(
    p=2**511 + 0x6F,
    a=2**511 + 0x6C,
    b=_hex(
        "687D1B459DC84145 7E3E06CF6F5E2517 B97C7D614AF138BC BF85DC806C4B289F"
        "3E965D2DB1416D21 7F8B276FAD1AB69C 50F78BEE1FA3106E FB8CCBC7C5140116"
    ),
    q=_hex(
        "8000000000000000 0000000000000000 0000000000000000 0000000000000001"
        "49A1EC142565A545 ACFDB77BD9D40CFA 8B996712101BEA0E C6346C54374F25BD"
    ),
    x=2,
    y=_hex(
        "1A8F7EDA389B094C 2C071E3647A8940F 3C123B697578C213 BE6DD9E6C8EC7335"
        "DCB228FD1EDF4A39 152CBCAAF8C03988 28041055F94CEEEC 7E21340780FE41BD"
    ),
    size=64,
)
_TWISTED_512 = _Numbers(
    p=_P512,
    a=_hex(
        "DC9203E514A72187 5485A529D2C722FB 187BC8980EB86664 4DE41C68E1430645"
        "46E861C0E2C9EDD9 2ADE71F46FCF50FF 2AD97F951FDA9F2A 2EB6546F39689BD3"
    ),
    b=_hex(
        "B4C4EE28CEBC6C2C 8AC12952CF37F16A C7EFB6A9F69F4B57 FFDA2E4F0DE5ADE0"
        "38CBC2FFF719D2C1 8DE0284B8BFEF3B5 2B8CC7A5F5BF0A3C 8D2319A5312557E1"
    ),
    q=_hex(
        "3FFFFFFFFFFFFFFF FFFFFFFFFFFFFFFF FFFFFFFFFFFFFFFF FFFFFFFFFFFFFFFF"
        "C98CDBA46506AB00 4C33A9FF5147502C C8EDA9E7A769A126 94623CEF47F023ED"
    ),
    x=_hex(
        "E2E31EDFC23DE7BD EBE241CE593EF5DE 2295B7A9CBAEF021 D385F7074CEA043A"
        "A27272A7AE602BF2 A7B9033DB9ED3610 C6FB85487EAE97AA C5BC7928C1950148"
    ),
    y=_hex(
        "F5CE40D95B5EB899 ABBCCFF5911CB857 7939804D6527378B 8C108C3D2090FF9B"
        "E18E2D33E3021ED2 EF32D85822423B63 04F726AA854BAE07 D0396E9A9ADDC40F"
    ),
    size=64,
)

CURVES: tuple[Curve, ...] = (
    _TEST.named("CryptoPro-test", "1.2.643.2.2.35.0"),
    _A.named("CryptoPro-A", "1.2.643.2.2.35.1"),
    _B.named("CryptoPro-B", "1.2.643.2.2.35.2"),
    _C.named("CryptoPro-C", "1.2.643.2.2.35.3"),
    _A.named("CryptoPro-XchA", "1.2.643.2.2.36.0"),
    _C.named("CryptoPro-XchB", "1.2.643.2.2.36.1"),
    _TWISTED_256.named("tc26-256-A", "1.2.643.7.1.2.1.1.1"),
    _A.named("tc26-256-B", "1.2.643.7.1.2.1.1.2"),
    _B.named("tc26-256-C", "1.2.643.7.1.2.1.1.3"),
    _C.named("tc26-256-D", "1.2.643.7.1.2.1.1.4"),
    _TEST_512.named("tc26-512-test", "1.2.643.7.1.2.1.2.0"),
    _A_512.named("tc26-512-A", "1.2.643.7.1.2.1.2.1"),
    _B_512.named("tc26-512-B", "1.2.643.7.1.2.1.2.2"),
    _TWISTED_512.named("tc26-512-C", "1.2.643.7.1.2.1.2.3"),
)
"""Every curve by every name; curves that are equal in their numbers stand here once per identifier."""

_BY_OID: Mapping[str, Curve] = MappingProxyType({curve.oid: curve for curve in CURVES})
_BY_NAME: Mapping[str, Curve] = MappingProxyType({curve.name.lower(): curve for curve in CURVES})


def curve_by_oid(oid: str, *, where: str = "") -> Curve:
    """Find a curve by its identifier; `UnsupportedAlgorithm` when it is none of ours."""
    curve = _BY_OID.get(oid)
    if curve is None:
        raise UnsupportedAlgorithm(
            Text(ru=f"неизвестная эллиптическая кривая {oid}", en=f"unknown elliptic curve {oid}"),
            where=where,
        )
    return curve


def curve_by_name(name: str) -> Curve:
    """Find a curve by its name in any case, or by its identifier; `UnsupportedAlgorithm` if there is none."""
    return _BY_NAME.get(name.lower()) or curve_by_oid(name)
