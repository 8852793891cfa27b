"""What can be set for those who sign in to the gateway's pages."""

from __future__ import annotations

from dataclasses import dataclass

from mezhved.configuration.fields import setting


@dataclass(frozen=True, kw_only=True)
class SigningInSettings:
    """Settings of sessions and of the second factor."""

    totp_required: bool = setting(
        False,  # noqa: FBT003
        "Второй фактор (одноразовый код из приложения) обязателен для всех; администраторам и офицерам "
        "безопасности в промышленной эксплуатации — всегда.",
        "The second factor (a one-time code of an application) is compulsory for all; for administrators and "
        "security officers in production it always is.",
    )
    session_hours: float = setting(
        12.0,
        "Через сколько часов после входа надо войти заново.",
        "How many hours after signing in one has to sign in again.",
        at_least=0.1,
        at_most=720.0,
    )
    session_idle_minutes: float = setting(
        30.0,
        "Через сколько минут без действий сеанс кончается.",
        "After how many minutes without doing anything a session ends.",
        at_least=1.0,
        at_most=1440.0,
    )
