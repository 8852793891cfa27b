"""Adding, listing and retiring keys, as an administrator does."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from mezhved.gateway.contours import demand_contours_apart
from mezhved.gateway.errors import CannotSign, Conflict, InvalidMessage, NotFound
from mezhved.gateway.keys.files import load_signer
from mezhved.gateway.keys.ring import begins_at
from mezhved.gateway.models import InformationSystem, KeyPurpose, SigningKey
from mezhved.gateway.setup.changes import put
from mezhved.gost import Certificate, GostError, MalformedKey, read_container
from mezhved.texts import Text

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from mezhved.gateway.assembly import Gateway


class Standing(StrEnum):
    """What becomes of a key now."""

    SIGNS = "signs"
    STANDS_BY = "stands_by"
    """In force, but another one is preferred."""
    PLANNED = "planned"
    EXPIRED = "expired"
    REVOKED = "revoked"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One line of the list of keys."""

    key: SigningKey
    subject: str
    begins: datetime
    ends: datetime
    standing: Standing


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key to be added; without `key_file` another keeper has it under `name`.

    `certificate` may be None when `key_file` is a PKCS#12 container that holds it.
    """

    system: InformationSystem
    name: str
    certificate: bytes | None = None
    key_file: Path | None = None
    password_file: Path | None = None
    purpose: KeyPurpose = KeyPurpose.ORGANISATION
    use_from: datetime | None = None


def list_keys(gateway: Gateway) -> list[KeyLine]:
    """Return all keys with their standing, system by system."""
    now, lines = gateway.clock(), []
    rows = SigningKey.objects.select_related("system__connection")
    for row in rows.order_by("system__mnemonic", "purpose", "pk"):
        certificate = Certificate.parse(row.certificate.encode())
        begins = begins_at(certificate, row.use_from)
        lines.append(
            KeyLine(
                row,
                certificate.subject,
                begins,
                certificate.not_after,
                _standing(gateway, row, certificate, now),
            )
        )
    return lines


def add_key(gateway: Gateway, new: NewKey) -> SigningKey:
    """Keep a key, after it was seen to sign for the certificate; one of the name is replaced.

    Raises `CannotSign` where the pair does not fit or the key's keeper does not have it, `InvalidMessage`
    where no certificate was given or it never comes to be used, `Conflict` where the system would be left
    without a key, `WrongContour` where the key signs in the other contour.
    """
    certificate = _certificate(new)
    _demand_use(gateway, certificate, new.use_from)
    if new.key_file is not None:
        load_signer(gateway.provider, new.name, new.key_file, new.password_file, certificate)
    key = _row(new, certificate)
    demand_signature(gateway, key, certificate)
    begins = begins_at(certificate, new.use_from)
    at_once = new.purpose is KeyPurpose.ORGANISATION and begins <= gateway.clock()
    if not at_once:
        _demand_another(gateway, new.system, new.name, begins)
    with transaction.atomic():
        key.save()
        demand_contours_apart()
    return key


def plan_key(gateway: Gateway, key: SigningKey, use_from: datetime | None) -> None:
    """Set from when a key signs; raise as `add_key` does."""
    certificate = Certificate.parse(key.certificate.encode())
    _demand_use(gateway, certificate, use_from)
    begins = begins_at(certificate, use_from)
    if begins > gateway.clock():
        _demand_another(gateway, key.system, key.name, begins)
    put(key, {"use_from": use_from})


def demand_signature(gateway: Gateway, key: SigningKey, certificate: Certificate) -> None:
    """See that the key's keeper signs for the certificate; raise `CannotSign`."""
    signer = gateway.keys.signer(key, certificate)
    digest = bytes(signer.digest_algorithm.size)
    if not gateway.provider.verify(certificate.public_key, digest, signer.sign_digest(digest)):
        raise CannotSign(
            Text(ru="подпись ключа неверна", en="the key signs wrongly"),
            where=key.name,
            cure=Text(ru="укажите парные файлы", en="give the files of one pair"),
        )


def _row(new: NewKey, certificate: Certificate) -> SigningKey:
    """Return the row of a key: the stored one of its name with the new values, or a new one."""
    row = SigningKey.objects.filter(system=new.system, name=new.name).first()
    row = row or SigningKey(system=new.system, name=new.name)
    row.purpose, row.certificate, row.use_from, row.is_active = (
        new.purpose,
        certificate.pem,
        new.use_from,
        True,
    )
    row.key_file, row.password_file = _place(new.key_file), _place(new.password_file)
    return row


def _place(file: Path | None) -> str:
    return "" if file is None else str(file.resolve())


def _demand_use(gateway: Gateway, certificate: Certificate, use_from: datetime | None) -> None:
    """Refuse a key that can never sign."""
    ends = f"{certificate.not_after:%Y-%m-%d %H:%M} UTC"
    if certificate.not_after <= gateway.clock():
        raise InvalidMessage(
            Text(ru=f"срок сертификата истёк {ends}", en=f"the certificate ended {ends}"),
            where=certificate.subject,
            cure=Text(ru="дайте действующий сертификат", en="give a certificate that is in force"),
        )
    if use_from is not None and use_from >= certificate.not_after:
        raise InvalidMessage(
            Text(
                ru=f"сертификат кончится раньше, чем ключ начнёт подписывать: {ends}",
                en=f"the certificate ends before the key begins to sign: {ends}",
            ),
            where=certificate.subject,
            cure=Text(ru="назначьте более раннее начало", en="let it begin earlier"),
        )


def _demand_another(gateway: Gateway, system: InformationSystem, name: str, begins: datetime) -> None:
    """Refuse to give up the only key that signs now for one that begins later."""
    now = gateway.clock()
    held = gateway.ring.held(system, KeyPurpose.ORGANISATION)
    signing = [each.row.name for each in held if each.in_force(now)]
    if signing == [name]:
        raise Conflict(
            Text(
                ru=f"других действующих ключей у системы нет: до {begins:%Y-%m-%d %H:%M} UTC отправка "
                "остановилась бы",
                en=f"the system has no other key in force: until {begins:%Y-%m-%d %H:%M} UTC sending would "
                "stop",
            ),
            where=name,
            cure=Text(
                ru="добавьте новый ключ под другим именем: смена произойдёт сама",
                en="add the new key under another name: the change-over happens by itself",
            ),
        )


def retire_key(gateway: Gateway, system: InformationSystem, name: str, *, anyway: bool = False) -> SigningKey:
    """Take a key out of use; raise `Conflict` when nothing would be left to sign with."""
    key = SigningKey.objects.filter(system=system, name=name, is_active=True).first()
    if key is None:
        raise NotFound(Text(ru="нет такого действующего ключа", en="there is no such active key"), where=name)
    purpose, now = KeyPurpose(key.purpose), gateway.clock()
    left = [each for each in gateway.ring.held(system, purpose) if each.row.pk != key.pk]
    if purpose is KeyPurpose.ORGANISATION and not anyway and not any(each.in_force(now) for each in left):
        raise Conflict(
            Text(
                ru="других действующих ключей у системы нет: отправка остановится",
                en="the system has no other key in force: sending would stop",
            ),
            where=name,
            cure=Text(
                ru="сначала добавьте новый ключ либо повторите с --anyway",
                en="add a new key first, or repeat with --anyway",
            ),
        )
    key.is_active = False
    key.save(update_fields=["is_active"])
    return key


def system_named(mnemonic: str, connection: str = "") -> InformationSystem:
    """Find a system; raise `NotFound`, `Conflict` when several connections have one of the name."""
    found = InformationSystem.objects.select_related("connection").filter(mnemonic=mnemonic)
    if connection:
        found = found.filter(connection__name=connection)
    systems = list(found[:2])
    if not systems:
        raise NotFound(Text(ru="нет такой системы", en="there is no such system"), where=mnemonic)
    if len(systems) > 1:
        raise Conflict(
            Text(
                ru="такая система есть в нескольких подключениях", en="several connections have this system"
            ),
            where=mnemonic,
            cure=Text(ru="назовите подключение: --connection", en="name the connection: --connection"),
        )
    return systems[0]


def _certificate(new: NewKey) -> Certificate:
    try:
        if new.certificate is not None:
            return Certificate.parse(new.certificate)
        inside = () if new.key_file is None else _inside(new.key_file, new.password_file)
    except (OSError, GostError) as error:
        what = error.what if isinstance(error, GostError) else Text(str(error), str(error))
        cure = Text(
            ru="нужен сертификат в PEM или DER, для PKCS#12 ещё и --password-file",
            en="it must be a certificate in PEM or DER; PKCS#12 needs --password-file too",
        )
        raise InvalidMessage(what, where=new.name, cure=cure) from error
    if inside:
        return inside[0]
    raise InvalidMessage(
        Text(ru="не дан сертификат", en="no certificate was given"),
        where=new.name,
        cure=Text(ru="укажите --certificate", en="give --certificate"),
    )


def _inside(key_file: Path, password_file: Path | None) -> tuple[Certificate, ...]:
    """Return the certificates of a PKCS#12 container that are no authority's; none of another file."""
    password = b"" if password_file is None else password_file.read_bytes().rstrip(b"\r\n")
    try:
        found = read_container(key_file.read_bytes(), password).certificates
    except MalformedKey:
        return ()
    return tuple(each for each in found if not each.is_ca)


def _standing(gateway: Gateway, row: SigningKey, certificate: Certificate, now: datetime) -> Standing:
    if not row.is_active:
        return Standing.RETIRED
    held = gateway.ring.held(row.system, KeyPurpose(row.purpose))
    own = next((each for each in held if each.row.pk == row.pk), None)
    if own is not None and own.revoked is not None:
        return Standing.REVOKED
    if certificate.not_after < now:
        return Standing.EXPIRED
    if own is None or not own.in_force(now):
        return Standing.PLANNED
    chosen = gateway.ring.choose(row.system, KeyPurpose(row.purpose))
    return Standing.SIGNS if chosen.row.pk == row.pk else Standing.STANDS_BY
