"""Settings of revocation data."""

from __future__ import annotations

from dataclasses import dataclass

from mezhved.configuration.fields import setting

_DAY = 86400


@dataclass(frozen=True, kw_only=True)
class RevocationSettings:
    """Settings of revocation data. A part of `BusSettings`."""

    revocation_fetching: bool = setting(
        True,  # noqa: FBT003
        "Загружать данные об отзыве из зарегистрированных источников в фоне.",
        "Fetch revocation data from the registered sources in the background.",
    )
    revocation_grace_seconds: int = setting(
        6 * 3600,
        "Сколько секунд после срока ещё верить устаревшим данным об отзыве и ждать первых.",
        "Seconds for which stale revocation data is still relied on, and first data awaited.",
        at_least=0,
        at_most=90 * _DAY,
    )
    revocation_term_seconds: int = setting(
        7 * _DAY,
        "Срок данных об отзыве, в которых не назван срок следующего обновления, секунды.",
        "Term of revocation data that names no next update, seconds.",
        at_least=60,
        at_most=365 * _DAY,
    )
    revocation_required: bool = setting(
        False,  # noqa: FBT003
        "Не доверять сертификатам удостоверяющих центров, об отзыве которых нет никаких данных.",
        "Distrust certificates of authorities about whose revocations there is no data at all.",
    )
    revocation_from_certificates: bool = setting(
        False,  # noqa: FBT003
        "Брать адреса списков отзыва и служб OCSP и из зарегистрированных сертификатов.",
        "Take addresses of lists and OCSP responders from registered certificates too.",
    )
    revocation_redirect_hosts: tuple[str, ...] = setting(
        (),
        "Узлы, на которые источник данных об отзыве может перенаправить, через запятую.",
        "Hosts to which a source of revocation data may redirect, comma separated.",
    )
    revocation_max_octets: int = setting(
        64 * 2**20,
        "Наибольший размер списка отзыва, октеты.",
        "Greatest size of a revocation list, octets.",
        at_least=1024,
        at_most=512 * 2**20,
    )
    revocation_timeout_seconds: float = setting(
        30.0,
        "Наибольшее время одной загрузки данных об отзыве, секунды.",
        "Greatest time of one fetch of revocation data, seconds.",
        at_least=0.1,
        at_most=600,
    )
    revocation_retry_seconds: int = setting(
        30,
        "Через сколько секунд повторить неудачную загрузку; дальше вдвое дольше, до периода источника.",
        "Seconds after which a failed fetch is repeated; then twice as long, up to the source's period.",
        at_least=1,
        at_most=_DAY,
    )
    revocation_seen_certificates: int = setting(
        5000,
        "О скольких сертификатах должностных лиц из последних сообщений спрашивать службу OCSP.",
        "Of how many officials' certificates met in late messages OCSP is asked.",
        at_least=0,
        at_most=1_000_000,
    )
