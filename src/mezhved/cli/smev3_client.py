"""`mezhved smev3 send|get|ack|status|stats`: the client, against any address."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mezhved.cli import smev3_output as output
from mezhved.cli.durable import write_durably
from mezhved.cli.smev3_attachments import KeptFile, keep_files, read_attachments
from mezhved.cli.smev3_connection import FILE, connected, help_text, load_signer
from mezhved.cli.smev3_files import FileStorePlace, StoredFile, fetch_files, store_files, with_file_store
from mezhved.cli.smev3_routing import routed, routing_of
from mezhved.gost import load_provider
from mezhved.smev3.client import Smev3Client, with_identifier
from mezhved.smev3.messages import RejectionReason
from mezhved.smev3.messages.business_process import CaseInfo, frgu_fragment

if TYPE_CHECKING:
    from mezhved.smev3.client import Outgoing, Received, RequestOptions, ResponseOptions
    from mezhved.smev3.fragments import Fragment
    from mezhved.smev3.messages import Request, Response


def _moment(_context: click.Context, _option: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    return moment if moment.tzinfo else moment.astimezone()


def _root(_context: click.Context, _option: click.Parameter, value: str | None) -> tuple[str, str] | None:
    if value is None:
        return None
    namespace, closed, name = value.removeprefix("{").partition("}")
    if not value.startswith("{") or not closed or not namespace or not name:
        raise click.BadParameter(help_text("нужно {пространство имён}Корень", "give {namespace}Root"))
    return namespace, name


def _pairs(
    _context: click.Context, _option: click.Parameter, values: tuple[str, ...]
) -> list[tuple[str, str]]:
    pairs = []
    for value in values:
        code, colon, text = value.partition(":")
        if not colon or not code:
            raise click.BadParameter(help_text("нужно КОД:ТЕКСТ", "give CODE:TEXT"))
        pairs.append((code, text))
    return pairs


@click.command(
    help=help_text(
        "Отправить запрос, ответ, отказ или промежуточный статус. FILE — XML бизнес-данных, «-» — "
        "стандартный ввод. Первое слово вывода — идентификатор сообщения.",
        "Send a request, an answer, a refusal or an interim status. FILE is the XML of the business data, "
        "'-' is standard input. The first word printed is the message's identifier.",
    )
)
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@connected
@with_file_store
@click.option("--response-to", metavar="TO", help=help_text("ReplyTo запроса", "ReplyTo of the request"))
@click.option(
    "--reject",
    multiple=True,
    callback=_pairs,
    metavar="CODE:TEXT",
    help=help_text(f"отказ: {', '.join(RejectionReason)}", f"a refusal: {', '.join(RejectionReason)}"),
)
@click.option(
    "--interim",
    callback=_pairs,
    multiple=True,
    metavar="CODE:TEXT",
    help=help_text("промежуточный статус с числовым кодом", "an interim status with a numeric code"),
)
@click.option("--message-id", help=help_text("MessageID (UUID версии 1)", "MessageID (UUID of version 1)"))
@click.option("--reference-id", help="ReferenceMessageID")
@click.option("--transaction-code", help="TransactionCode")
@click.option("--node", help="NodeID")
@click.option(
    "--eol",
    callback=_moment,
    metavar="TIME",
    help=help_text("срок годности, ISO 8601", "end of life, ISO 8601"),
)
@click.option("--test", is_flag=True, help="TestMessage")
@click.option(
    "--case", metavar="NUMBER", help=help_text("номер дела (CaseInfo)", "number of the case (CaseInfo)")
)
@click.option(
    "--frgu",
    metavar="CODE",
    help=help_text("код ФРГУ системы за агрегатором", "FRGU code of the system behind an aggregator"),
)
@click.option(
    "--attach",
    multiple=True,
    metavar="FILE[=MIME]",
    help=help_text(
        "приложить файл, подписав его (ЭП-СП, если дан её ключ, иначе ЭП-ОВ)",
        "add a file, signed by the official if there is a key, else by the system",
    ),
)
@click.option(
    "--store",
    multiple=True,
    metavar="FILE[=MIME]",
    help=help_text(
        "послать файл через файловое хранилище (до 1 ГБ на сообщение), подписав его так же",
        "send a file through the file store (up to 1 GB a message), signed likewise",
    ),
)
@click.option(
    "--personal-key",
    type=FILE,
    help=help_text(
        "ключ должностного лица: подписать бизнес-данные (ЭП-СП)",
        "an official's key: sign the business data (EP-SP)",
    ),
)
@click.option("--personal-cert", type=FILE, help=help_text("его сертификат", "the official's certificate"))
@click.option(
    "--personal-password-file",
    type=FILE,
    help=help_text(
        "файл с паролем этого ключа (первая строка)", "a file with that key's password (first line)"
    ),
)
@routed
@click.option(
    "--keep",
    type=click.Path(dir_okay=False, path_type=Path),
    help=help_text("сохранить подписанный вызов до отправки", "keep the signed call before it is sent"),
)
def send(client: Smev3Client, *, keep: Path | None, as_json: bool, **given: Any) -> None:
    """Prepare, keep, send; exit 1 with the fault when SMEV refuses, or when somebody else receipted it."""
    outgoing = _prepare(client, _Given(**given))
    if keep is not None:
        write_durably(keep, output.call_dump(outgoing))
    receipt = client.send(outgoing)
    output.show_receipt(receipt, as_json=as_json)
    # Simple emulators sign nothing: that is told, not punished.
    unsigned = receipt.smev is None or receipt.smev.signature is None
    sys.exit(0 if unsigned or (receipt.smev and receipt.smev.acceptable) else 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """The arguments of `send`."""

    file: str | None
    response_to: str | None
    reject: list[tuple[str, str]]
    interim: list[tuple[str, str]]
    message_id: str | None
    reference_id: str | None
    transaction_code: str | None
    node: str | None
    eol: datetime | None
    test: bool
    case: str | None
    frgu: str | None
    attach: tuple[str, ...]
    store: tuple[str, ...]
    file_store: FileStorePlace
    personal_key: Path | None
    personal_cert: Path | None
    personal_password_file: Path | None
    route_values: tuple[str, ...]
    route_identifiers: tuple[str, ...]
    route_records: Path | None
    sign_records: bool

    def content(self, client: Smev3Client) -> bytes:
        octets = sys.stdin.buffer.read() if self.file == "-" else Path(self.file or "").read_bytes()
        if self.sign_records:
            octets = client.sign_records(octets)
        return with_identifier(octets) if self.personal_key else octets

    def response(self, client: Smev3Client) -> ResponseOptions:
        options: ResponseOptions = {"attachments": read_attachments(self.attach)}
        if self.message_id:
            options["message_id"] = self.message_id
        if self.personal_key and self.personal_cert:
            options["official"] = load_signer(
                self.personal_key, self.personal_cert, self.personal_password_file, load_provider()
            )
        if self.store:
            options["references"] = store_files(client, self.file_store, self.store, options.get("official"))
        return options

    def _business_process(self) -> list[Fragment]:
        given = []
        try:
            if self.case:
                given.append(CaseInfo(self.case).fragment())
            if self.frgu:
                given.append(frgu_fragment(self.frgu))
        except ValueError as error:
            raise click.UsageError(str(error)) from error
        return given

    def request(self, client: Smev3Client) -> RequestOptions:
        options: RequestOptions = {"test": self.test, "business_process": self._business_process()}
        options.update(self.response(client))  # type: ignore[typeddict-item]
        if self.reference_id:
            options["reference_message_id"] = self.reference_id
        if self.transaction_code:
            options["transaction_code"] = self.transaction_code
        if self.node:
            options["node_id"] = self.node
        if self.eol:
            options["eol"] = self.eol
        routing = routing_of(self.route_values, self.route_identifiers, self.route_records)
        if routing is not None:
            options["routing"] = routing
        return options


def _prepare(client: Smev3Client, given: _Given) -> Outgoing:
    if (given.personal_key is None) != (given.personal_cert is None):
        raise click.UsageError(
            help_text(
                "--personal-key и --personal-cert даются вместе", "give --personal-key with --personal-cert"
            )
        )
    told = (given.file is not None) + bool(given.reject) + bool(given.interim)
    if told != 1 or (given.file is None and not given.response_to):
        raise click.UsageError(
            help_text(
                "нужно одно: FILE, --reject или --interim; два последних — вместе с --response-to",
                "give one of FILE, --reject and --interim; the last two with --response-to",
            )
        )
    if given.response_to is None:
        return client.prepare_request(given.content(client), **given.request(client))
    if given.reject:
        return client.prepare_rejection(given.response_to, *given.reject, message_id=given.message_id)
    if not given.interim:
        return client.prepare_response(given.response_to, given.content(client), **given.response(client))
    code, text = given.interim[0]
    if not code.isdecimal() or len(given.interim) > 1:
        raise click.UsageError(
            help_text("нужен один --interim ЧИСЛО:ТЕКСТ", "give one --interim NUMBER:TEXT")
        )
    return client.prepare_status(given.response_to, int(code), text, message_id=given.message_id)


@click.command(
    help=help_text(
        "Взять первое сообщение очереди и напечатать его. Пустая очередь — пустой вывод и код 0; неверная "
        "подпись СМЭВ — код 1.",
        "Take the first message of the queue and print it. An empty queue prints nothing and gives code 0; a "
        "false signature of SMEV gives code 1.",
    )
)
@click.argument("queue", type=click.Choice(["requests", "responses"]))
@connected
@with_file_store
@click.option(
    "--type",
    "root",
    callback=_root,
    metavar="{NS}ROOT",
    help=help_text("только этот вид сведений", "only this type"),
)
@click.option("--node", help="NodeID")
@click.option(
    "--raw",
    type=click.Path(dir_okay=False, path_type=Path),
    help=help_text("сохранить ответ СМЭВ как есть", "keep SMEV's answer as it came"),
)
@click.option(
    "--files",
    type=click.Path(file_okay=False, path_type=Path),
    help=help_text(
        "каталог для вложений и файлов хранилища; подписи проверяются, неверная — код 1",
        "folder for attachments and files of the store; a false signature of theirs gives code 1",
    ),
)
@click.option(
    "--ack",
    "acknowledge",
    is_flag=True,
    help=help_text(
        "подтвердить, когда всё сохранено и напечатано", "acknowledge when all is kept and printed"
    ),
)
def get(
    client: Smev3Client,
    *,
    queue: str,
    root: tuple[str, str] | None,
    node: str | None,
    raw: Path | None,
    files: Path | None,
    file_store: FileStorePlace,
    acknowledge: bool,
    as_json: bool,
) -> None:
    """Take a message; what is to be kept is on the disk before the acknowledgement goes out."""
    received: Received[Request] | Received[Response] | None
    received = (
        client.get_request(root, node_id=node)
        if queue == "requests"
        else client.get_response(root, node_id=node)
    )
    if received is None:
        output.show_empty(as_json=as_json)
        return
    if raw is not None:
        write_durably(raw, received.raw.dump())
    kept: list[KeptFile | StoredFile] = []
    if files is not None:
        kept.extend(keep_files(client, received, files))
        kept.extend(fetch_files(client, file_store, received, files))
    output.show_received(received, kept, as_json=as_json)
    accepted = received.smev.acceptable
    if acknowledge:
        client.ack(received.message_id, accepted=accepted)
    sys.exit(0 if accepted and all(each.sound for each in kept) else 1)


@click.command(help=help_text("Подтвердить получение сообщения.", "Acknowledge a message."))
@click.argument("message_id")
@connected
@click.option(
    "--not-accepted",
    is_flag=True,
    help=help_text(
        "подпись СМЭВ неверна, сообщение отброшено", "SMEV's signature is false, the message was dropped"
    ),
)
def ack(client: Smev3Client, *, message_id: str, not_accepted: bool, as_json: bool) -> None:
    """Acknowledge; exit 1 with the fault when there is nothing to acknowledge."""
    output.show_ack(client.ack(message_id, accepted=not not_accepted), as_json=as_json)


@click.command(help=help_text("Взять уведомление из очереди статусов.", "Take a notice of the status queue."))
@connected
def status(client: Smev3Client, *, as_json: bool) -> None:
    """Take a notice; exit 1 when SMEV's signature is false."""
    notice = client.get_status()
    if notice is None:
        output.show_empty(as_json=as_json)
        return
    output.show_notice(notice, as_json=as_json)
    sys.exit(0 if notice.smev.acceptable else 1)


@click.command(
    help=help_text("Сколько сообщений ждёт в очередях (1.1 и 1.2).", "How many messages wait (1.1 and 1.2).")
)
@connected
@click.option("--node", help="NodeID")
def stats(client: Smev3Client, *, node: str | None, as_json: bool) -> None:
    """Print each queue with the number of messages that wait."""
    output.show_statistics(client.queue_statistics(node_id=node), as_json=as_json)
