"""The demonstration's bus."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mezhved.demo.catalogue import SMEV
from mezhved.demo.pki import TRANSACTION_KEY
from mezhved.demo.roles import HOST, DemoRole, demand_free
from mezhved.texts import Text

if TYPE_CHECKING:
    from pathlib import Path

FILES = "files"
FTP_AFTER = 100


@dataclass(frozen=True, slots=True)
class DemoBus(DemoRole):
    """A bus whose state lies in `folder`."""

    folder: Path
    port: int
    name: str = field(default="bus", init=False)
    role: str = field(default="bus", init=False)

    @property
    def ftp_port(self) -> int:
        """Where its file store listens."""
        return self.port + FTP_AFTER

    @property
    def file_store(self) -> str:
        """Address of its file store for clients without a login of their own."""
        return f"ftp://{HOST}:{self.ftp_port}"

    def forget(self) -> None:
        """Remove the database, the files and the log of an earlier run."""
        DemoRole.forget(self)
        shutil.rmtree(self.folder / FILES, ignore_errors=True)

    def write_config(self) -> None:
        """Write the settings; paths are counted from the file's folder."""
        self.config.write_text(
            "[bus]\n"
            f'database = "{self.database}"\n'
            f'listen_host = "{HOST}"\n'
            f"listen_port = {self.port}\n"
            f"ftp_port = {self.ftp_port}\n"
            "ftp_anonymous = true\n"
            f'smev_key = "keys/{SMEV}.key.pem"\n'
            f'smev_certificate = "keys/{SMEV}.cert.pem"\n'
            f'transaction_key = "keys/{TRANSACTION_KEY}"\n'
            "registry_poll_seconds = 0.5\n",
            encoding="utf-8",
        )

    def demand_free_port(self) -> None:
        """Raise `CannotStart` when somebody listens already."""
        cure = Text(
            ru="освободите его или выберите другой: MEZHVED_DEMO_PORT=7501 "
            f"(порт файлового хранилища на {FTP_AFTER} больше)",
            en="free it or choose another: MEZHVED_DEMO_PORT=7501 "
            f"(the file store's port is {FTP_AFTER} above it)",
        )
        for port in (self.port, self.ftp_port):
            demand_free(port, cure)
