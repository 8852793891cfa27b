"""The file store's process: FTP and cleaning. `mezhved bus serve` runs it; so does `python -m`."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from mezhved.bus.files.blobs import open_blobs
from mezhved.bus.files.cleaning import Janitor
from mezhved.bus.files.ledger import Ledger
from mezhved.bus.files.logins import RegisteredLogin
from mezhved.bus.files.server import Logins, make_server, silence_library, stop_on_signals
from mezhved.bus.files.uploads import make_uploads
from mezhved.bus.metrics import Metrics
from mezhved.bus.storage import DatabaseAddress, Store
from mezhved.configuration import load_bus_settings
from mezhved.gost import load_provider
from mezhved.service.logs import bus_log, configure_logs
from mezhved.texts import MezhvedError

if TYPE_CHECKING:
    from mezhved.configuration import BusSettings


def registry_logins() -> Logins:
    """Return the senders' logins of the registry; Django must be started."""
    from mezhved.registry.logins import check_password, file_login, unusable_password  # noqa: PLC0415

    def find(login: str) -> RegisteredLogin | None:
        found = file_login(login)
        return None if found is None else RegisteredLogin(found.system_id, found.password_hash)

    return Logins(find, check_password, unusable_password())


def _clock() -> int:
    """Return the present, microseconds since the epoch, UTC."""
    return time.time_ns() // 1000


def run(settings: BusSettings) -> None:
    """Serve until SIGTERM, SIGINT or the end of the parent. Raises `MezhvedError` when it cannot."""
    from mezhved.site.setup import configure  # noqa: PLC0415 - Django starts in this process

    configure(settings)
    silence_library()
    log = bus_log()
    with Store.open(DatabaseAddress.of_url(settings.database)) as store:
        provider = load_provider(settings.provider)
        # In pure Python a hash is slower than a network.
        hashing = provider if provider.name == "openssl" else None
        uploads = make_uploads(
            settings, Ledger(store), open_blobs(settings), clock=_clock, log=log, hashing=hashing
        )
        metrics = Metrics.of_process()
        server = make_server(settings, uploads, registry_logins(), metrics)
        stop_on_signals(server)
        janitor = Janitor(settings, uploads, _clock, log)
        janitor.start()
        log.info("ftp_started", port=server.address[1])
        server.run()
        janitor.stop()
        log.info("ftp_stopped")


def main() -> int:
    """Run with the settings of the environment; 1 when it could not start."""
    settings = load_bus_settings(os.environ)
    configure_logs(settings.log_level, settings.log_format)
    try:
        run(settings)
    except MezhvedError as error:
        bus_log().error("ftp_not_started", reason=str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
