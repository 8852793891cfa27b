"""An official asks: a type is chosen, its form filled in, the request looked over and sent once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mezhved.cabinet.models import Draft, Role
from mezhved.gateway.models import Exchange, Message

if TYPE_CHECKING:
    from tests.support.cabinets import CabinetUnderTest


def test_a_request_goes_from_the_form_to_smev_once(cabinet: CabinetUnderTest) -> None:
    official = cabinet.browser(cabinet.member(Role.OFFICIAL, "north"))
    assert "VS09801" in official.get("/ask/").content.decode()
    assert official.get("/ask/types/VS09801/").status_code == 200
    begun = official.post("/ask/types/VS09801/begin/")
    page = begun.headers["Location"]
    draft = Draft.objects.get()
    shown = official.get(page)
    assert shown.status_code == 200
    assert 'name="/Number"' in shown.content.decode()
    kept = official.post(f"{page}preview/", {"version": draft.version, "/Number": "1234"})
    looked = official.get(kept.headers["Location"])
    assert "1234" in looked.content.decode()
    draft.refresh_from_db()
    first = official.post(f"{page}send/", {"version": draft.version})
    second = official.post(f"{page}send/", {"version": draft.version})
    exchange = Exchange.objects.get()
    assert first.headers["Location"] == second.headers["Location"] == f"/requests/{exchange.uid}/"
    assert b"<Number" in bytes(Message.objects.get().content or b"") or b"Number>1234" in bytes(
        Message.objects.get().content or b""
    )
