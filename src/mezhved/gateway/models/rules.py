"""By which rules an incoming request finds its department or system, and what answers it."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models

from mezhved.gateway.models.checks import check_code, check_hour, check_names, check_texts, check_weekdays
from mezhved.gateway.models.connections import InformationSystem
from mezhved.gateway.models.departments import Department
from mezhved.gateway.models.fields import count, flag, json_value, long_text, text
from mezhved.gateway.models.terms import check_span
from mezhved.gateway.models.types import InformationType
from mezhved.service.lazytext import lazy_text
from mezhved.smev3.codes import RoutingExpression
from mezhved.smev3.xpath import BadRouting


class AnswerWay(models.TextChoices):
    """Who answers."""

    PERSON = "person"
    CALL = "call"
    """The participant's own system, over HTTP."""
    SCENARIO = "scenario"
    """The type's test scenario."""


class CallForm(models.TextChoices):
    """In what a request is given to the participant's own system."""

    XML = "xml"
    JSON = "json"


class Days(models.TextChoices):
    """On which days a rule holds."""

    ANY = ""
    WORKING = "working"
    OFF = "off"


class AnswerService(models.Model):
    """An address of the participant's own system that answers requests."""

    code = text(64, unique=True, validators=[check_code])
    url = text(500, validators=[URLValidator(["http", "https"])])
    form = text(8, choices=CallForm.choices, default=CallForm.XML)
    secret = text(200, blank=True, default="")
    """Of the HMAC over every call; empty: calls are not signed."""
    timeout_seconds = count(default=30, validators=[MinValueValidator(1), MaxValueValidator(600)])
    """For one whole call."""
    attempts = count(default=5, validators=[MinValueValidator(1), MaxValueValidator(100)])
    """How often it is called before a person gets the request."""
    authorities = long_text(blank=True, default="")
    """PEM of the authorities that its TLS certificate is believed by; empty: the machine's own."""
    is_active = flag(default=True)

    class Meta:
        """Table."""

        db_table = "gateway_answer_service"

    def __str__(self) -> str:
        return self.code


class Rule(models.Model):
    """Conditions, all of which must hold, and what then happens; the first rule that fits decides."""

    code = text(64, unique=True, validators=[check_code])
    position = count(default=0)
    """Its place in the order; of equal ones the older goes first."""
    title = text(500, blank=True, default="")
    system: models.ForeignKey[InformationSystem | None, InformationSystem | None] = models.ForeignKey(
        InformationSystem, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    type: models.ForeignKey[InformationType | None, InformationType | None] = models.ForeignKey(
        InformationType, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    senders = json_value(default=list, blank=True, validators=[check_texts])
    """Mnemonics of those who ask."""
    xpath = text(1000, blank=True, default="")
    """A value of the business data; of linear cost, as in `mezhved.smev3.xpath`."""
    namespaces = json_value(default=dict, blank=True, validators=[check_names])
    values = json_value(default=list, blank=True, validators=[check_texts])
    """What the XPath must find, one of them; `4501*` is whatever begins so; none: anything."""
    days = text(8, choices=Days.choices, blank=True, default=Days.ANY)
    weekdays = json_value(default=list, blank=True, validators=[check_weekdays])
    """From 1, Monday, to 7."""
    from_hour = text(5, blank=True, default="", validators=[check_hour])
    to_hour = text(5, blank=True, default="", validators=[check_hour])
    """Earlier than `from_hour`: over midnight. Both in the department's time zone."""
    is_test: models.BooleanField[bool | None, bool | None] = models.BooleanField(null=True, blank=True)
    """Only test messages, only others, or, None, both."""
    department: models.ForeignKey[Department | None, Department | None] = models.ForeignKey(
        Department, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    """None: the default one."""
    executor = text(150, blank=True, default="")
    """The person or the participant's system that gets it at once."""
    way = text(16, choices=AnswerWay.choices, default=AnswerWay.PERSON)
    service: models.ForeignKey[AnswerService | None, AnswerService | None] = models.ForeignKey(
        AnswerService, on_delete=models.PROTECT, null=True, blank=True, related_name="rules"
    )
    anywhere = flag(default=False)
    """Let the test scenario answer in production too, and messages that are no test."""
    term = text(16, blank=True, default="", validators=[check_span])
    is_active = flag(default=True)

    class Meta:
        """Table."""

        db_table = "gateway_rule"
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        """Refuse an expression that does not compile or may be costly, and halves of conditions."""
        if self.way == AnswerWay.CALL and self.service is None:
            raise ValidationError({"service": lazy_text(ru="кого вызывать?", en="whom to call?")})
        if bool(self.from_hour) != bool(self.to_hour):
            raise ValidationError({"to_hour": lazy_text(ru="нужны оба времени", en="both times are needed")})
        if self.values and not self.xpath:
            raise ValidationError(
                {"xpath": lazy_text(ru="где искать значения?", en="where are the values found?")}
            )
        if self.xpath:
            try:
                self.expression()
            except BadRouting as error:
                raise ValidationError({"xpath": lazy_text(error.what.ru, error.what.en)}) from error

    def expression(self) -> RoutingExpression:
        """Compile the XPath. Raises `BadRouting`."""
        return RoutingExpression.compile(self.xpath, self.namespaces, self.own_namespace or "urn:none")

    @property
    def own_namespace(self) -> str:
        """What the prefix `t` stands for: the namespace of the rule's type; empty: of the request at hand."""
        return str(self.namespaces.get("t", "")) if self.type is None else self.type.namespace
