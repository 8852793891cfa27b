"""Settings of the archive and of retention."""

from __future__ import annotations

from dataclasses import dataclass

from mezhved.configuration.errors import SettingError
from mezhved.configuration.fields import setting
from mezhved.texts import Text

DAY_SECONDS = 86400


@dataclass(frozen=True, kw_only=True)
class RetentionSettings:
    """Settings of the archive and of retention. A part of `BusSettings`."""

    retention_days: int = setting(
        30,
        "Через сколько дней после окончания сообщение уходит в архив; 0 — никогда.",
        "Days after its end that a message moves into the archive; 0: never.",
        at_least=0,
        at_most=36500,
    )
    archive_days: int = setting(
        0,
        "Через сколько дней в архиве сообщение стирается совсем; 0 — хранится всегда.",
        "Days in the archive after which a message is wiped for good; 0: it is kept for ever.",
        at_least=0,
        at_most=36500,
    )


def check_retention(retention_days: int, fresh_seconds: int) -> None:
    """Refuse an archive that would forget a MessageID while it may be sent again (SMEV-301).

    `fresh_seconds` is how long an id may be used after it was made, the allowance for clocks included.
    """
    if retention_days and retention_days * DAY_SECONDS <= fresh_seconds:
        days = fresh_seconds // DAY_SECONDS + 1
        raise SettingError(
            Text(
                ru="сообщение ушло бы в архив, пока его идентификатор ещё годен",
                en="a message would be archived while its identifier can still be used",
            ),
            where="retention_days",
            cure=Text(ru=f"укажите не меньше {days} дней или 0", en=f"give {days} days or more, or 0"),
        )
