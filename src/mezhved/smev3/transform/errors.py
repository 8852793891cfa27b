"""Why an element has no signed octets."""

from __future__ import annotations

from mezhved.texts import MezhvedError, Text

XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
DEFAULT_LIMIT = 64 * 2**20
"""Octets of output before a hostile message's repeated declarations are stopped."""


class TransformError(MezhvedError):
    """The element has no canonical or signed form; SMEV answers SignatureIsInvalid."""


def no_namespace(name: str) -> TransformError:
    """Tell that an element is in no namespace (rule 5: Namespaces in XML 1.0, section 2)."""
    return TransformError(
        Text(
            ru=f"элемент «{name}» не принадлежит никакому пространству имён",
            en=f"the element '{name}' is in no namespace",
        ),
        cure=Text(
            ru="объявите пространство имён у каждого элемента подписываемых данных",
            en="declare a namespace for every element of the signed data",
        ),
    )


def xml_name(name: str) -> TransformError:
    """Tell that `xml:lang`, `xml:space` or another name of the xml namespace is used (rule 8)."""
    return TransformError(
        Text(
            ru=f"имя «xml:{name}»: пространство имён {XML_NAMESPACE} в подписываемых данных недопустимо",
            en=f"the name 'xml:{name}': the namespace {XML_NAMESPACE} is not allowed in signed data",
        ),
        cure=Text(ru="уберите xml:lang, xml:space и подобные", en="remove xml:lang, xml:space and the like"),
    )


def entity_reference(name: str) -> TransformError:
    """Tell that an entity reference was left unexpanded."""
    return TransformError(
        Text(
            ru=f"ссылка на сущность «&{name};» не раскрыта",
            en=f"the entity reference '&{name};' is not expanded",
        )
    )


def too_long(limit: int) -> TransformError:
    """Tell that the output would exceed its bound."""
    return TransformError(
        Text(
            ru=f"подписываемое представление длиннее {limit} байт",
            en=f"the signed form is longer than {limit} octets",
        )
    )


def not_an_element() -> TransformError:
    """Tell that a comment or a processing instruction was given."""
    return TransformError(Text(ru="это не элемент XML", en="this is not an XML element"))
