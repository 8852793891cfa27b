"""Settings of automatic answers and mail that cannot be meant are refused at the start."""

from __future__ import annotations

from typing import Any

import pytest

from mezhved.configuration import GatewaySettings, SettingError


@pytest.mark.parametrize(
    ("settings", "where"),
    [
        ({"service_networks": ("10.0.0.0/99",)}, "service_networks"),
        ({"mail_host": "mail.test.example"}, "mail_from"),
        ({"mail_host": "mail.test.example", "mail_from": "a@b.example\nBcc: c@d.example"}, "mail_from"),
        (
            {"mail_host": "mail.test.example", "mail_from": "a@b.example", "mail_password": "x"},
            "mail_security",
        ),
        ({"mail_port": 0}, "mail_port"),
        ({"answerers": 0}, "answerers"),
    ],
)
def test_what_cannot_be_meant_is_refused(settings: dict[str, Any], where: str) -> None:
    with pytest.raises(SettingError, match=where):
        GatewaySettings(**settings)


def test_what_is_meant_is_taken() -> None:
    taken = GatewaySettings(
        service_networks=("10.0.0.0/8", "fd00::/8"),
        mail_host="mail.test.example",
        mail_from="Шлюз <gateway@test.example>",
        mail_user="gateway",
        mail_password="invented",
        mail_security="starttls",
    )
    assert taken.answerers == 2
    assert GatewaySettings(mail_host="127.0.0.1", mail_from="a@b.example", mail_password="x").mail_port == 25
