"""Forms in the browser, through the whole Django stack (`mezhved bench form-pages`): opening and clicks."""

from __future__ import annotations

import hashlib
import io
import random
import re
import time
import zipfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from html import unescape
from typing import TYPE_CHECKING, Any, Final

from mezhved.bench.forms import large_package
from mezhved.bench.installation import CannotMeasure
from mezhved.configuration import GatewaySettings
from mezhved.infotypes.packages import load_package
from mezhved.infotypes.values import example, to_xml
from mezhved.site.setup import configure, migrate
from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.test import Client

    from mezhved.gateway.assembly import Gateway
    from mezhved.infotypes.documents import QName

CLICKS: Final = 40
"""Buttons pressed in each form at most."""
_PASSWORD: Final = "measured-forms-password-7"  # noqa: S105 - of a database that lives for a measurement
_ORDER: Final = re.compile(r'name="do" value="((?:open|add|more) [^"]*)"')
_FIELD: Final = re.compile(r'<input type="text" id="[^"]*" name="(/[^"]*)"')


@dataclass(frozen=True, slots=True)
class PageSpeed:
    """Times of one root element, milliseconds; `filled` tells whether everything in it was filled in.

    `first_ms` opens the form of a type that this process has not read: package, schemas, page. `click_ms` is
    the slowest of the buttons that open and add parts, `value_ms` the slowest check of a typed value. The
    `cpu` times are those of this process alone.
    """

    package: str
    root: str
    filled: bool
    first_ms: float
    first_cpu_ms: float
    again_ms: float
    again_cpu_ms: float
    click_ms: float
    click_cpu_ms: float
    value_ms: float
    value_cpu_ms: float
    clicks: int
    page_octets: int


def measure_form_pages(paths: list[Path], folder: Path) -> list[dict[str, Any]]:
    """Measure every root of packages, or of a made-up large schema when none is given; slowest first."""
    settings = GatewaySettings(
        database=str(folder / "forms.sqlite"), folder=folder / "contents", allowed_hosts=("127.0.0.1",)
    )
    configure(settings)
    from mezhved.gateway.assembly import build_gateway  # noqa: PLC0415 - Django is ready now

    migrate()
    gateway = build_gateway(settings)
    client = _official(gateway)
    found: list[PageSpeed] = []
    sources: list[Path | None] = [*paths] if paths else [None]
    for path in sources:
        package = load_package(path if path is not None else large_package())
        octets = large_package() if path is None else _packed(path)
        name = "made-up" if path is None else path.name
        for _, root in package.roots:
            model = gateway.catalogue.loaded(_kind(octets, root)).model(root)
            content = to_xml(example(model, random.Random(1), full=True), model)  # noqa: S311 - a measurement
            source = (name, octets, root)
            found.extend(_measured(gateway, client, source, filled) for filled in (None, content))
    return [asdict(each) for each in sorted(found, key=lambda each: -each.first_ms)]


def _measured(
    gateway: Gateway, client: Client, source: tuple[str, bytes, QName], content: bytes | None
) -> PageSpeed:
    from mezhved.gateway.catalogue import Catalogue  # noqa: PLC0415

    name, octets, root = source
    uid = _draft(gateway, octets, root, content)
    object.__setattr__(gateway, "catalogue", Catalogue())
    address = f"/ask/drafts/{uid}/"
    page, first = _timed(lambda: client.get(address))
    _, again = _timed(lambda: client.get(address))
    text = _told(page)
    clicks = [_timed(partial(_press, client, uid, each))[1] for each in _orders(text)]
    fields = [unescape(each) for each in _FIELD.findall(text)][:CLICKS]
    values = [_timed(partial(_type, client, uid, each))[1] for each in fields]
    return PageSpeed(
        name,
        root.local,
        filled=content is not None,
        first_ms=first[0],
        first_cpu_ms=first[1],
        again_ms=again[0],
        again_cpu_ms=again[1],
        click_ms=max((each[0] for each in clicks), default=0.0),
        click_cpu_ms=max((each[1] for each in clicks), default=0.0),
        value_ms=max((each[0] for each in values), default=0.0),
        value_cpu_ms=max((each[1] for each in values), default=0.0),
        clicks=len(clicks),
        page_octets=len(text.encode()),
    )


def _told(answer: Any) -> str:
    if answer.status_code != 200:  # noqa: PLR2004
        raise CannotMeasure(
            Text(ru="форма не открылась", en="the form does not open"), where=str(answer.status_code)
        )
    text: str = answer.content.decode()
    return text


def _orders(text: str) -> list[str]:
    return [unescape(each) for each in dict.fromkeys(_ORDER.findall(text))][:CLICKS]


def _press(client: Client, uid: str, order: str) -> Any:
    posted = {"version": _version(uid), "do": order}
    answer = client.post(f"/forms/{uid}/change/", posted, headers={"HX-Request": "true"})
    _told(answer)
    return answer


def _type(client: Client, uid: str, at: str) -> Any:
    posted = {"version": _version(uid), "at": at, at: "1"}
    answer = client.post(f"/forms/{uid}/value/", posted, headers={"HX-Request": "true"})
    _told(answer)
    return answer


def _version(uid: str) -> int:
    from mezhved.cabinet.models import Draft  # noqa: PLC0415

    version: int = Draft.objects.values_list("version", flat=True).get(uid=uid)
    return version


def _timed(action: Callable[[], Any]) -> tuple[Any, tuple[float, float]]:
    started, busy = time.perf_counter(), time.process_time()
    answer = action()
    wall, cpu = time.perf_counter() - started, time.process_time() - busy
    return answer, (round(wall * 1000, 1), round(cpu * 1000, 1))


def _packed(path: Path) -> bytes:
    if path.is_file():
        return path.read_bytes()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in sorted(one for one in path.rglob("*") if one.is_file()):
            archive.write(each, each.relative_to(path).as_posix())
    return made.getvalue()


def _kind(octets: bytes, root: QName) -> Any:
    from mezhved.gateway.models import InformationType  # noqa: PLC0415

    digest = hashlib.sha256(octets).hexdigest()
    return InformationType.objects.get_or_create(
        namespace=root.namespace,
        request_root=root.local,
        defaults={
            "code": f"{digest[:20]}-{hashlib.sha256(root.clark.encode()).hexdigest()[:20]}",
            "package": octets,
            "package_digest": digest,
        },
    )[0]


def _draft(gateway: Gateway, octets: bytes, root: QName, content: bytes | None) -> str:
    from django.test import RequestFactory  # noqa: PLC0415

    from mezhved.cabinet.access import Visit  # noqa: PLC0415
    from mezhved.cabinet.access.permissions import access_of  # noqa: PLC0415
    from mezhved.cabinet.forms import drafts  # noqa: PLC0415
    from mezhved.cabinet.models import Account  # noqa: PLC0415
    from mezhved.gateway.models import Department  # noqa: PLC0415

    account = Account.objects.get()
    visit = Visit(RequestFactory().get("/"), gateway, account, access_of(account))
    department = Department.objects.get()
    kind = _kind(octets, root)
    return str(drafts.open_draft(visit, kind, root=root.local, department=department, content=content).uid)


def _official(gateway: Gateway) -> Client:
    """Return a browser in which an official has signed in."""
    from django.test import Client  # noqa: PLC0415

    from mezhved.cabinet.accounts.making import Accounts  # noqa: PLC0415
    from mezhved.cabinet.audit import Author  # noqa: PLC0415
    from mezhved.cabinet.models import Role  # noqa: PLC0415
    from mezhved.gateway.application import GATEWAY_KEY  # noqa: PLC0415
    from mezhved.gateway.models import Department  # noqa: PLC0415

    department = Department.objects.create(code="bench", name="Измерения")
    making = Accounts(Author(at=datetime.now(UTC), name="bench"), gateway.randomness)
    account, _ = making.add("bench-official", name="Измеритель", password=_PASSWORD)
    making.give(account, Role.OFFICIAL, department)
    environ: dict[str, Any] = {GATEWAY_KEY: gateway, "HTTP_HOST": "127.0.0.1"}
    client = Client(**environ)
    client.post("/sign-in/", {"name": "bench-official", "password": _PASSWORD})
    return client
