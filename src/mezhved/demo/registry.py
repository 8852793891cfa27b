"""The demonstration's registry as the document that `mezhved registry import` takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mezhved.demo.catalogue import PARTICIPANTS, TYPES, DemoParticipant, DemoType, schemas_of
from mezhved.registry.documents import FORMAT, dump_document

if TYPE_CHECKING:
    from mezhved.demo.pki import Pki


_BY_CODE: Final = {"routing": "xpath", "xpath": "/t:TariffRequest/t:Oktmo", "more_routings": ["identifier"]}


def registry_document(pki: Pki) -> str:
    """Return the registry with everybody's certificates in place."""
    return dump_document(
        {
            "format": FORMAT,
            "participants": [participant_entry(each, pki) for each in PARTICIPANTS],
            "types": [_type(each) for each in TYPES],
            "authorities": [{"root": True, "pem": pki.root.pem}, {"root": False, "pem": pki.ca.pem}],
        }
    )


def participant_entry(each: DemoParticipant, pki: Pki) -> dict[str, Any]:
    """Return a participant with its system and certificate, as the registry's document has it."""
    return {
        "name": each.name,
        "kind": each.kind,
        "ogrn": each.ogrn,
        "inn": each.inn,
        "systems": [
            {
                "mnemonic": each.mnemonic,
                "name": each.system_name,
                "certificates": [{"pem": pki.signers[each.mnemonic].certificate.pem}],
            }
        ],
    }


def _type(each: DemoType) -> dict[str, Any]:
    owner = next(one for one in PARTICIPANTS if one.mnemonic == each.provider)
    providers = each.codes or tuple((one, "") for one in each.subscribers or (each.provider,))
    return {
        "code": each.code,
        "name": each.name,
        "owner": owner.ogrn,
        "broadcast": bool(each.subscribers),
        **(_BY_CODE if each.codes else {}),
        "versions": [
            {
                "version": "1.0.0",
                "namespace": each.namespace,
                "request_root": each.request_root,
                "response_root": each.response_root,
                "schemas": schemas_of(each),
            }
        ],
        "providers": [{"system": system, "code": code} for system, code in providers],
        "access": [{"system": mnemonic} for mnemonic in each.consumers],
    }
