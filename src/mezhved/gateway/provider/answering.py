"""Automatic answers: leased rows, so that a request is answered once, whichever process is killed when."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from mezhved.gateway.errors import Conflict
from mezhved.gateway.events import tell
from mezhved.gateway.looping import Loop
from mezhved.gateway.models import (
    AnswerWay,
    AutoAnswer,
    AutoState,
    Exchange,
    Handling,
    HandlingKind,
    Message,
    MessageKind,
)
from mezhved.gateway.outbox import (
    RejectionDraft,
    ResponseDraft,
    StatusDraft,
    take_rejection,
    take_response,
    take_status,
)
from mezhved.gateway.provider.calls import call
from mezhved.gateway.provider.leases import lease
from mezhved.gateway.provider.replies import NoReply, Reply, of_answer
from mezhved.gateway.provider.work import IN_HAND
from mezhved.infotypes.scenarios import answer
from mezhved.infotypes.stylesheets import StylesheetRunner
from mezhved.texts import MezhvedError, Text

if TYPE_CHECKING:
    from mezhved.gateway.assembly import Gateway

LEASE: Final = timedelta(minutes=1)
SCENARIO_SECONDS: Final = 300
"""A stylesheet has ten seconds; a type may have many."""
MARGIN: Final = timedelta(seconds=30)
FIRST_PAUSE: Final = 5.0
LONGEST_PAUSE: Final = 900.0
IDLE_SECONDS: Final = 1.0


def answer_due(gateway: Gateway, runner: StylesheetRunner) -> bool:
    """Answer one request that is due; tell whether there was one."""
    claimed = lease(AutoAnswer, "run_after", gateway.owner, now=gateway.clock(), term=LEASE, limit=1)
    for key in claimed:
        row = (
            AutoAnswer.objects.select_related("exchange__system__connection", "exchange__type", "service")
            .defer("exchange__type__package")
            .get(pk=key)
        )
        _answer(gateway, row, runner)
    return bool(claimed)


def _answer(gateway: Gateway, row: AutoAnswer, runner: StylesheetRunner) -> None:
    exchange = row.exchange
    if exchange.state not in IN_HAND or _is_answered(exchange):
        _finish(gateway, row, AutoState.DONE)
        return
    try:
        reply = _reply(gateway, row, runner)
        _give(gateway, exchange, reply)
    except Conflict:
        _finish(gateway, row, AutoState.DONE)  # a person, or the system through the API, was faster
    except NoReply as error:
        attempts = 1 if row.service is None else row.service.attempts
        if error.again and row.attempts < attempts:
            _again(gateway, row, min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(row.attempts - 1, 16)), error)
        else:
            _fail(gateway, row, error)
    except MezhvedError as error:
        _fail(gateway, row, error)
    else:
        _settle(gateway, row, reply)


def _reply(gateway: Gateway, row: AutoAnswer, runner: StylesheetRunner) -> Reply:
    exchange = row.exchange
    seconds = row.service.timeout_seconds if row.service is not None else SCENARIO_SECONDS
    until = gateway.clock() + timedelta(seconds=seconds) + MARGIN
    AutoAnswer.objects.filter(pk=row.pk, lease_owner=gateway.owner).update(leased_until=until)
    request = Message.objects.filter(exchange=exchange, kind=MessageKind.REQUEST).order_by("pk").first()
    if request is None or request.content is None:
        raise NoReply(Text(ru="содержания запроса уже нет", en="the request's content is gone"))
    request.exchange = exchange
    if row.way == AnswerWay.SCENARIO:
        return _by_scenario(gateway, exchange, bytes(request.content), runner)
    if row.service is None or not row.service.is_active:
        raise NoReply(Text(ru="система, которая отвечает, выключена", en="the answering system is disabled"))
    return call(gateway, row.service, request)


def _by_scenario(gateway: Gateway, exchange: Exchange, content: bytes, runner: StylesheetRunner) -> Reply:
    if exchange.type is None:
        raise NoReply(Text(ru="вид сведений не заведён", en="the type is not known"))
    found = answer(content, gateway.catalogue.loaded(exchange.type).scenarios, runner)
    if found is None:
        raise NoReply(
            Text(ru="ни один тестовый сценарий не узнал запрос", en="no test scenario recognises the request")
        )
    return of_answer(found)


def _give(gateway: Gateway, exchange: Exchange, reply: Reply) -> None:
    """Hand the reply to the outbox under an id that the same request always has."""
    final, author = f"auto:{exchange.message_id}", "auto"
    if reply.content is not None:
        take_response(gateway, ResponseDraft(exchange, reply.content, final, author))
    elif reply.reasons:
        take_rejection(gateway, RejectionDraft(exchange, reply.reasons, final, author))
    elif reply.status is not None:
        code, description, parameters = reply.status
        told = hashlib.sha256(repr(reply.status).encode()).hexdigest()[:32]
        draft = StatusDraft(exchange, code, description, parameters, f"{final}:{told}", author)
        take_status(gateway, draft)


def _is_answered(exchange: Exchange) -> bool:
    """Tell whether a process that died since has given the answer already."""
    return Message.objects.filter(system=exchange.system, client_id=f"auto:{exchange.message_id}").exists()


def _settle(gateway: Gateway, row: AutoAnswer, reply: Reply) -> None:
    if reply.content is not None or reply.reasons:
        _finish(gateway, row, AutoState.DONE)
    elif reply.again_seconds is not None and _is_in_time(gateway, row.exchange):
        _again(gateway, row, reply.again_seconds)
    else:
        _finish(gateway, row, AutoState.LATER)


def _is_in_time(gateway: Gateway, exchange: Exchange) -> bool:
    """Tell whether a system that says "later" is still to be asked again: until the term is over."""
    return exchange.due_at is None or gateway.clock() < exchange.due_at


def _again(gateway: Gateway, row: AutoAnswer, seconds: float, error: MezhvedError | None = None) -> None:
    AutoAnswer.objects.filter(pk=row.pk, lease_owner=gateway.owner).update(
        run_after=gateway.clock() + timedelta(seconds=seconds),
        attempts=0 if error is None else row.attempts,
        problem=_problem(error),
        lease_owner="",
        leased_until=None,
    )
    if error is not None:
        gateway.log.warning(
            "answer_postponed", exchange=str(row.exchange.uid), reason=error.what.en, seconds=seconds
        )


def _finish(gateway: Gateway, row: AutoAnswer, state: AutoState, error: MezhvedError | None = None) -> bool:
    """Give the row its last state; false when another process did while the lease had run out."""
    done = AutoAnswer.objects.filter(pk=row.pk, lease_owner=gateway.owner, run_after__isnull=False).update(
        state=state,
        run_after=None,
        lease_owner="",
        leased_until=None,
        problem=_problem(error),
        finished_at=gateway.clock(),
    )
    return bool(done)


def _fail(gateway: Gateway, row: AutoAnswer, error: MezhvedError) -> None:
    """Leave the request to its department, with the reason."""
    now = gateway.clock()
    with transaction.atomic():
        exchange = Exchange.objects.select_for_update().get(pk=row.exchange.pk)
        if not _finish(gateway, row, AutoState.FAILED, error):
            return
        Handling.objects.create(
            exchange=exchange,
            at=now,
            kind=HandlingKind.FAILED,
            department=exchange.department,
            executor=exchange.executor,
            note=str(error),
        )
        tell(exchange, None, "auto_answer_failed", now)
    gateway.log.warning("answer_failed", exchange=str(row.exchange.uid), error=type(error).__name__)


def _problem(error: MezhvedError | None) -> dict[str, str] | None:
    if error is None:
        return None
    told = {"ru": error.what.ru, "en": error.what.en, "where": error.where}
    if error.cure is not None:
        told |= {"cure_ru": error.cure.ru, "cure_en": error.cure.en}
    return told


class Answerer(Loop):
    """Answers until stopped; many may do it at once, in any number of processes."""

    def __init__(self, gateway: Gateway, number: int) -> None:
        super().__init__(gateway, f"answerer-{number}")
        self._runner = StylesheetRunner(processes=1)

    def tick(self) -> float:
        """Answer what is due; wait a moment for more."""
        while not self.stopping and answer_due(self._gateway, self._runner):
            pass
        self.went_well()
        if not self.stopping:
            self._gateway.to_answer.wait(IDLE_SECONDS)
            self._gateway.to_answer.clear()
        return 0.0

    def stop(self) -> None:
        """End after the request in hand."""
        super().stop()
        self._gateway.to_answer.set()

    def ended(self) -> None:
        """End the processes of stylesheets, leave the database."""
        self._runner.close()
        super().ended()
