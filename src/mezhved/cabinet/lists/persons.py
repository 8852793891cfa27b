"""Looking for a person without putting their number or name into an address.

What is typed comes by POST, is hashed at once as the journal's index hashes it, and is forgotten: the session
keeps the hashes under a token of no meaning, and the address carries the token. A saved filter keeps the
hashes, so that it finds the person for whoever may use it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mezhved.cabinet.wording import spoken
from mezhved.gateway.watching.persons import meant_by
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from mezhved.gateway.watching.persons import Mention
    from mezhved.gateway.watching.subjects import Subjects

_PLACE: Final = "persons"
_MOST: Final = 20
_TOKEN_OCTETS: Final = 6
_SHOWN: Final = 2
_KINDS: Final = {
    "snils": Text(ru="СНИЛС", en="SNILS"),
    "inn": Text(ru="ИНН", en="INN"),
    "ogrn": Text(ru="ОГРН", en="OGRN"),
    "policy": Text(ru="полис", en="policy"),
    "document": Text(ru="документ", en="document"),
    "name": Text(ru="имя", en="name"),
}


@dataclass(frozen=True, slots=True)
class PersonKey:
    """Whom exchanges are looked for about: hashes, and words that tell it to its author alone."""

    keys: tuple[str, ...]
    label: str

    def kept(self) -> dict[str, Any]:
        """Return it as a session and a saved filter keep it."""
        return {"keys": list(self.keys), "label": self.label}

    @classmethod
    def of(cls, kept: Any) -> PersonKey | None:
        """Read what was kept."""
        if not isinstance(kept, dict) or not isinstance(kept.get("keys"), list):
            return None
        return cls(tuple(str(each) for each in kept["keys"]), str(kept.get("label", "")))


def hashed(subjects: Subjects, text: str) -> PersonKey | None:
    """Return the key of what was typed: a number in any writing, or a name; None where it is neither."""
    meant = meant_by(text)
    if not meant:
        return None
    return PersonKey(tuple(subjects.hashed(each) for each in meant), _label(meant))


def remember(session: MutableMapping[str, Any], person: PersonKey) -> str:
    """Keep a key in the session and return its token; the oldest of many goes."""
    known = dict(session.get(_PLACE) or {})
    token = secrets.token_urlsafe(_TOKEN_OCTETS)
    known[token] = person.kept()
    session[_PLACE] = dict(list(known.items())[-_MOST:])
    return token


def recall(session: MutableMapping[str, Any], token: str) -> PersonKey | None:
    """Return the key of a token of this very session."""
    return PersonKey.of((session.get(_PLACE) or {}).get(token))


def _label(meant: tuple[Mention, ...]) -> str:
    """Return words by which its author knows it again: the kind, and the end of a number."""
    kinds = ", ".join(spoken(_KINDS[each.kind]) for each in meant)
    value = meant[0].value
    if meant[0].kind == "name":
        return f"{kinds} {' '.join(word[:1].upper() + '…' for word in value.split())}"
    return f"{kinds} …{value[-_SHOWN:]}"
