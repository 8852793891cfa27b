"""One message for several recipients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.demo import business
from mezhved.demo.catalogue import FUND, OKTMO, SERVICE, TOWN
from mezhved.demo.scenarios.checking import V12, fields
from mezhved.demo.stage import expect, wait_until
from mezhved.smev3.messages import RoutingInformation
from mezhved.smev3.versions import Version

if TYPE_CHECKING:
    from mezhved.demo.stage import Stage


def broadcast(stage: Stage) -> None:
    """Tell every subscriber of a new tariff; nobody may answer."""
    sent = stage.send(TOWN.mnemonic, V12, business.bulletin())
    for each in (FUND, SERVICE):
        provider = stage.providers[each.mnemonic]
        wait_until(
            lambda provider=provider: provider.handled[sent] == 1,  # type: ignore[misc]
            f"{each.mnemonic} рассылку не получил",
            f"{each.mnemonic} did not get the broadcast",
        )
    stage.say(
        "рассылку получили оба подписчика, каждый подтвердил своё", "both subscribers got the broadcast"
    )


def by_code(stage: Stage) -> None:
    """Ask about two territories: the code in the business data leads to one provider or the other."""
    client = stage.client(TOWN.mnemonic, V12)
    for each in (FUND, SERVICE):
        sent = stage.send(TOWN.mnemonic, V12, business.tariff_request(each))
        answer = stage.answer(client, sent, TOWN.mnemonic)
        told = fields(answer)["Provider"]
        expect(told == each.mnemonic, f"ответил {told}", f"{told} answered")
        stage.say(
            f"код территории {OKTMO[each.mnemonic]} привёл к {told}",
            f"the territory's code {OKTMO[each.mnemonic]} leads to {told}",
        )


def by_sender(stage: Stage) -> None:
    """Name both providers in the signed Routing block of 1.3: two answers come."""
    wanted = RoutingInformation(identifiers=(FUND.mnemonic, SERVICE.mnemonic))
    sent = stage.send(TOWN.mnemonic, Version.V1_3, business.tariff_request(FUND), routing=wanted)
    client = stage.client(TOWN.mnemonic, Version.V1_3)
    told = {fields(stage.answer(client, sent, TOWN.mnemonic))["Provider"] for _ in wanted.identifiers}
    expect(told == set(wanted.identifiers), f"ответили {sorted(told)}", f"{sorted(told)} answered")
    stage.say(
        f"подписанный блок Routing назвал двоих, ответили {', '.join(sorted(told))}",
        f"the signed Routing block names two, answers came from {', '.join(sorted(told))}",
    )
