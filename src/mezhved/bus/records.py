"""What is known of a call for the log and the metrics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mezhved.smev3.versions import Version

UUID_LENGTH = 36
"""Of what a caller names as a message's identifier no more is logged."""


@dataclass(slots=True)
class CallRecord:
    """Filled in as the call is understood; holds ids and mnemonics, never business data.

    `reason` is ours to explain a fault whose official text says little.
    """

    version: Version
    operation: str = "unknown"
    outcome: str = ""
    message_id: str = ""
    system: str = ""
    reason: str = ""
