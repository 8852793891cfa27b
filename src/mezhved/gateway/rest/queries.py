"""What calls say in their addresses."""

from __future__ import annotations

import uuid
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from mezhved.gateway.models import Direction, ExchangeState
from mezhved.gateway.rest.kinds import CaseNumber, Code, Day, Line, Moment, Name, Node
from mezhved.gateway.rest.schemas import AnswerIn, RequestIn
from mezhved.gateway.watching.statistics import By

YesNo = Literal["true", "false"]


class RequestQuery(BaseModel):
    """What goes with a request whose body is the XML itself; the names are those of the JSON body."""

    model_config = ConfigDict(extra="forbid")

    type: Code | None = None
    system: Name | None = None
    test: YesNo = "false"
    client_id: Name | None = None
    eol: Moment | None = None
    transaction_code: Line | None = None
    reference_message_id: uuid.UUID | None = None
    node_id: Node | None = None
    case_number: CaseNumber = ""
    hold: YesNo = "false"
    sign: YesNo = "false"

    def as_request(self, xml: bytes | None) -> RequestIn:
        """Return the same as a JSON body says it."""
        said: dict[str, Any] = {name: getattr(self, name) for name in type(self).model_fields}
        said |= {name: said[name] == "true" for name in ("test", "hold", "sign")} | {"xml": xml}
        return RequestIn.model_construct(**said)


class AnswerQuery(BaseModel):
    """What goes with an answer whose body is the XML itself."""

    model_config = ConfigDict(extra="forbid")

    client_id: Name | None = None
    hold: YesNo = "false"
    sign: YesNo = "false"

    def as_answer(self, xml: bytes | None) -> AnswerIn:
        """Return the same as a JSON body says it."""
        return AnswerIn.model_construct(
            client_id=self.client_id,
            hold=self.hold == "true",
            sign=self.sign == "true",
            xml=xml,
            content=None,
        )


class ListQuery(BaseModel):
    """What a list of exchanges is narrowed by."""

    model_config = ConfigDict(extra="forbid")

    direction: Direction | None = None
    state: list[ExchangeState] = Field(default_factory=list, max_length=20)
    type: list[Code] = Field(default_factory=list, max_length=50)
    system: Name | None = None
    department: Code | None = None
    executor: Name | None = Field(None, description="The person or system that it is given to.")
    counterpart: Name | None = Field(None, description="Mnemonic of the other side.")
    case_number: CaseNumber | None = Field(None, description="The office's own number of the case, exactly.")
    person: Name | None = Field(
        None, description="SNILS, INN, OGRN, number of a policy or document, or a name, in any writing."
    )
    message_id: uuid.UUID | None = Field(None, description="MessageID of any message of the exchange.")
    client_id: Name | None = Field(None, description="The caller's own id of any message of the exchange.")
    test: YesNo | None = None
    since: Moment | None = Field(None, description="Begun at this moment or later.")
    before: Moment | None = Field(None, description="Begun before this moment.")
    cursor: str | None = Field(None, max_length=100, pattern=r"^[A-Za-z0-9_-]+$")
    limit: int = Field(50, ge=1, le=500)


class EventQuery(BaseModel):
    """Which events, and how long to wait for one."""

    model_config = ConfigDict(extra="forbid")

    after: int = Field(0, ge=0, le=2**53, description="The cursor: `next` of the last answer.")
    limit: int = Field(100, ge=1, le=1000)
    wait: int = Field(0, ge=0, le=30, description="Seconds to wait while there is none.")
    exchange: uuid.UUID | None = None


class StatisticsQuery(BaseModel):
    """Which days, and by what the counts are put together."""

    model_config = ConfigDict(extra="forbid")

    since: Day | None = Field(None, description="First day; without it 30 days before the last.")
    until: Day | None = Field(None, description="Last day; without it today. By Moscow time.")
    by: list[By] = Field(default=["day", "system", "type", "department"], max_length=4)
