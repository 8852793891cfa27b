"""What makes an envelope unreadable."""

from __future__ import annotations

from enum import Enum, auto

from mezhved.texts import MezhvedError, Text


class EnvelopeProblem(Enum):
    """The kind of a fault in the structure of an operation."""

    UNKNOWN_OPERATION = auto()  # the body's child is no operation of any version
    MISSING = auto()  # a required element or attribute is not there
    UNEXPECTED = auto()  # an unknown element, a wrong order, stray text
    CONTENT = auto()  # MessagePrimaryContent is absent, empty or has several roots
    VALUE = auto()  # a text is not of the type that the schema demands


class InvalidEnvelope(MezhvedError):  # noqa: N818 - named as the fault it becomes
    """The operation breaks the schema beyond what may be forgiven (fault InvalidContent, SMEV-403).

    `where` is the path of element names from the operation down to the place; `problem` tells the kind;
    `name` is the local name of what is missing or not expected.
    """

    def __init__(self, problem: EnvelopeProblem, what: Text, *, where: str, name: str) -> None:
        super().__init__(what, where=where)
        self.problem = problem
        self.name = name


def missing(name: str, where: str) -> InvalidEnvelope:
    """Tell that a required element or attribute is not where it must be."""
    return InvalidEnvelope(
        EnvelopeProblem.MISSING,
        Text(ru=f"нет обязательного «{name}»", en=f'the required "{name}" is missing'),
        where=where,
        name=name,
    )


def unexpected(name: str, where: str) -> InvalidEnvelope:
    """Tell of an element that is unknown here or out of the schema's order."""
    return InvalidEnvelope(
        EnvelopeProblem.UNEXPECTED,
        Text(ru=f"«{name}» здесь не ожидается", en=f'"{name}" is not expected here'),
        where=where,
        name=name,
    )


def too_many(name: str, limit: int, where: str) -> InvalidEnvelope:
    """Tell that there are more elements of a name than the schema allows."""
    return InvalidEnvelope(
        EnvelopeProblem.UNEXPECTED,
        Text(ru=f"«{name}» больше {limit}", en=f'there are more than {limit} of "{name}"'),
        where=where,
        name=name,
    )


def no_content(where: str) -> InvalidEnvelope:
    """Tell that MessagePrimaryContent does not hold exactly one element."""
    return InvalidEnvelope(
        EnvelopeProblem.CONTENT,
        Text(
            ru="блок MessagePrimaryContent отсутствует, пуст или содержит не один элемент",
            en="MessagePrimaryContent is absent, empty or holds more than one element",
        ),
        where=where,
        name="MessagePrimaryContent",
    )


def bad_value(name: str, value: str, kind: str, where: str) -> InvalidEnvelope:
    """Tell of a text that is not of the schema's type `kind`."""
    return InvalidEnvelope(
        EnvelopeProblem.VALUE,
        Text(
            ru=f"«{name}»: «{value[:80]}» — не значение типа {kind}",
            en=f'"{name}": "{value[:80]}" is not a value of {kind}',
        ),
        where=where,
        name=name,
    )


def unknown_operation(name: str) -> InvalidEnvelope:
    """Tell that the body's child is not an operation of SMEV 3."""
    return InvalidEnvelope(
        EnvelopeProblem.UNKNOWN_OPERATION,
        Text(ru=f"неизвестная операция «{name}»", en=f'unknown operation "{name}"'),
        where="",
        name=name,
    )
