"""The FTP protocol of the file store, on pyftpdlib (RFC 959, 2428, 3659, 4217)."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any, ClassVar, Final

from OpenSSL import SSL
from pyftpdlib.exceptions import AuthenticationFailed
from pyftpdlib.handlers import DTPHandler, FTPHandler, TLS_DTPHandler, TLS_FTPHandler

from mezhved.bus.files.uploads import Transfer
from mezhved.bus.storage import StorageError
from mezhved.service.blobs import BlobStoreError

if TYPE_CHECKING:
    from pathlib import Path

    from structlog.typing import FilteringBoundLogger

    from mezhved.bus.files.areas import Area
    from mezhved.bus.files.logins import Failures, Gate, Visitor
    from mezhved.bus.metrics import Metrics

_UTF8: Final = "utf-8"
_CP1251: Final = "cp1251"
_LEFT_OUT: Final = frozenset(("STOU", "MFMT", "SITE", "SITE HELP", "SITE CHMOD", "REIN", "XRCP"))
_ACTIVE: Final = frozenset(("PORT", "EPRT"))


class _Doorman:
    """What pyftpdlib asks about a user, for one connection."""

    def __init__(self, gate: Gate, failures: Failures) -> None:
        self._gate = gate
        self._failures = failures
        self.visitor: Visitor | None = None

    def validate_authentication(self, username: str, password: str, channel: Any) -> None:
        """Let somebody in, or raise `AuthenticationFailed`."""
        self.visitor = None
        address = str(channel.remote_ip)
        if self._failures.too_many(address):
            raise AuthenticationFailed("Too many wrong logins from this address; wait a minute.")
        try:
            self.visitor = self._gate.admit(username, password)
        except (StorageError, BlobStoreError):
            raise AuthenticationFailed("The store is unavailable; try again later.") from None
        if self.visitor is None:
            self._failures.note(address)
            raise AuthenticationFailed("Authentication failed.")

    def get_home_dir(self, _: str) -> str:
        """Return the root."""
        return "/"

    def has_perm(self, _: str, perm: str, __: str | None = None) -> bool:
        """Tell whether the visitor may do this."""
        return self.visitor is not None and perm in self.visitor.rights

    def get_perms(self, _: str) -> str:
        """Return all that the visitor may do."""
        return "" if self.visitor is None else self.visitor.rights

    def get_msg_login(self, _: str) -> str:
        """Return the greeting."""
        return "Login successful."

    def get_msg_quit(self, _: str) -> str:
        """Return the farewell."""
        return "Goodbye."

    def impersonate_user(self, *_: str) -> None:
        """Do nothing: users of the store are no users of the machine."""

    def terminate_impersonation(self, *_: str) -> None:
        """Do nothing."""


class Tally:
    """How many data channels are open, for a server that wants to stop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0

    def add(self, number: int) -> None:
        """Count one more or one less."""
        with self._lock:
            self._count += number

    @property
    def busy(self) -> bool:
        """Whether any is open."""
        return self._count > 0


class _StoringTransfer:
    """Answers an upload only when the file is durable. Goes before a data channel of the library."""

    cmd_channel: Any
    receive: bool
    file_obj: Any
    transfer_finished: bool
    _closed: bool
    _resp: Any
    ac_in_buffer_size = 256 * 1024

    def __init__(self, sock: Any, cmd_channel: Any) -> None:
        cmd_channel.tally.add(1)
        super().__init__(sock, cmd_channel)  # type: ignore[call-arg]

    def close(self) -> None:
        """Settle the file, then let the library close and answer."""
        if not self._closed:
            self.cmd_channel.tally.add(-1)
            if self.receive and isinstance(self.file_obj, Transfer):
                refusal = self.file_obj.settle(arrived=self.transfer_finished)
                if refusal:
                    self.transfer_finished = False
                    self._resp = (refusal, _no_log)
        super().close()  # type: ignore[misc]


class _PlainTransfer(_StoringTransfer, DTPHandler):  # type: ignore[misc]
    """A data channel in the clear; files go out by sendfile."""

    ac_out_buffer_size = 1024 * 1024


class _SecureTransfer(_StoringTransfer, TLS_DTPHandler):  # type: ignore[misc]
    """A data channel that may be under TLS."""


class _StoreChannel:
    """What the store's control channel does otherwise than the library's."""

    gate: ClassVar[Gate]
    failures: ClassVar[Failures]
    events: ClassVar[FilteringBoundLogger]
    tally: ClassVar[Tally]
    metrics: ClassVar[Metrics]
    banner = "Mezhved file store ready."
    remote_ip: str
    encoding: str
    _current_type: str

    def __init__(self, *args: Any, **options: Any) -> None:
        self.authorizer = _Doorman(self.gate, self.failures)
        self.encoding = _UTF8
        super().__init__(*args, **options)
        self._current_type = "i"

    def abstracted_fs(self, _: str, channel: Any) -> Area:
        """Return what the visitor sees; pyftpdlib calls it as if it were a class."""
        visitor = self.authorizer.visitor
        assert visitor is not None
        return visitor.area(channel)

    def flush_account(self) -> None:
        """Forget the visitor."""
        super().flush_account()  # type: ignore[misc]
        self.authorizer.visitor = None
        self._current_type = "i"

    def decode(self, octets: bytes) -> str:
        """Read UTF-8; what is none is Windows-1251, and so are the answers from then on."""
        try:
            return octets.decode(_UTF8)
        except UnicodeDecodeError:
            self.encoding = _CP1251
            return octets.decode(_CP1251, "replace")

    def push(self, text: str) -> None:
        """Send an answer; what the client's encoding lacks becomes a question mark."""
        super().push(text.encode(self.encoding, "replace").decode(self.encoding))  # type: ignore[misc]

    def ftp_TYPE(self, line: str) -> None:  # noqa: N802 - the library's name
        """Take any type; octets are always passed on as they are, or hashes would not fit."""
        wanted = line.upper().replace(" ", "")
        if wanted in {"A", "AN", "L7"}:
            self.respond("200 Type set to: ASCII.")
        elif wanted in {"I", "L8"}:
            self.respond("200 Type set to: Binary.")
        else:
            self.respond("504 Unsupported type.")

    def ftp_OPTS(self, line: str) -> None:  # noqa: N802 - the library's name
        """Turn UTF-8 on again where a client asks for it."""
        if line.upper().startswith(("UTF8", "UTF-8")):
            self.encoding = _UTF8
        super().ftp_OPTS(line)  # type: ignore[misc]

    def respond(self, *args: Any, **options: Any) -> None:
        """Answer."""
        super().respond(*args, **options)  # type: ignore[misc]

    def on_login(self, _: str) -> None:
        """Note who came, not by name: a recipient's name is half of a key."""
        visitor = self.authorizer.visitor
        self.events.info("ftp_login", kind=visitor.kind if visitor else "", address=self.remote_ip)

    def on_login_failed(self, _: str, __: str) -> None:
        """Note a wrong login."""
        self.events.warning("ftp_login_failed", address=self.remote_ip)

    def log_transfer(self, **told: Any) -> None:
        """Note a transfer, without the file's name."""
        step = "upload" if told["receive"] else "download"
        self.metrics.count_files(step, "ok" if told["completed"] else "broken", told["bytes"])
        self.events.info(
            f"ftp_{step}",
            complete=bool(told["completed"]),
            octets=told["bytes"],
            seconds=told["elapsed"],
        )

    def log(self, *_: Any, **__: Any) -> None:
        """Say nothing: the library's lines hold names."""

    logline = logerror = log_cmd = log

    def log_exception(self, _: Any) -> None:
        """Note a defect by its type."""
        error = sys.exc_info()[1]
        self.events.critical("ftp_defect", error_type=type(error).__name__)


class _PlainChannel(_StoreChannel, FTPHandler):  # type: ignore[misc]
    """A control channel in the clear."""

    dtp_handler = _PlainTransfer


class _SecureChannel(_StoreChannel, TLS_FTPHandler):  # type: ignore[misc]
    """A control channel that offers AUTH TLS."""

    dtp_handler = _SecureTransfer


def _no_log(*_: Any) -> None:
    """Say nothing."""


def tls_context(certificate: Path, key: Path) -> SSL.Context:
    """Return TLS 1.2 and newer with this certificate; raises `OpenSSL.SSL.Error` for a wrong pair."""
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    context.set_options(SSL.OP_NO_COMPRESSION)
    context.use_certificate_chain_file(str(certificate))
    context.use_privatekey_file(str(key))
    context.check_privatekey()
    return context


def channel_class(
    gate: Gate,
    failures: Failures,
    events: FilteringBoundLogger,
    metrics: Metrics,
    *,
    tls: SSL.Context | None = None,
    tls_required: bool = False,
    active: bool = False,
    **attributes: Any,
) -> type[Any]:
    """Return the control channel's class for one server; `attributes` are the library's own settings."""
    base = _PlainChannel if tls is None else _SecureChannel
    left_out = _LEFT_OUT if active else _LEFT_OUT | _ACTIVE
    values: dict[str, Any] = {
        "gate": gate,
        "failures": failures,
        "events": events,
        "tally": Tally(),
        "metrics": metrics,
        "proto_cmds": {name: each for name, each in base.proto_cmds.items() if name not in left_out},
        **attributes,
    }
    if tls is not None:
        values |= {
            "ssl_context": tls,
            "tls_control_required": tls_required,
            "tls_data_required": tls_required,
        }
    return type("Channel", (base,), values)
