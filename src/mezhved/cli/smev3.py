"""`mezhved smev3 ...`: the wire on files and pipes, and the client."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import click

from mezhved.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMANDS: Mapping[str, str] = {
    "transform": "mezhved.cli.smev3_transform:transform",
    "verify": "mezhved.cli.smev3_verify:verify",
    "sign": "mezhved.cli.smev3_sign:sign",
    "sign-content": "mezhved.cli.smev3_sign:sign_content",
    "send": "mezhved.cli.smev3_client:send",
    "get": "mezhved.cli.smev3_client:get",
    "ack": "mezhved.cli.smev3_client:ack",
    "status": "mezhved.cli.smev3_client:status",
    "stats": "mezhved.cli.smev3_client:stats",
    "transaction-code": "mezhved.cli.smev3_services:transaction_code",
    "listen-push": "mezhved.cli.smev3_services:listen_push",
}


class _LazyGroup(click.Group):
    """Imports a command when it is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        path = COMMANDS.get(cmd_name)
        if path is None:
            return None
        module, name = path.split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(
    cls=_LazyGroup,
    help=str(
        Text(
            ru="СМЭВ 3: преобразование, подписи, обмен с любым узлом.",
            en="SMEV 3: the transform, signatures, exchange with any node.",
        )
    ),
)
def smev3() -> None:
    """Hold the commands of the wire."""
