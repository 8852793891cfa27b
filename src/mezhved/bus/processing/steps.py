"""What must be done with a received message before it may enter its queues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from mezhved.bus.files.taking import take_files

if TYPE_CHECKING:
    from mezhved.bus.assembly import Bus
    from mezhved.bus.storage import Work
    from mezhved.smev3.faults import Fault


class Step(Protocol):
    """One step; it is begun anew, by any process, until it has returned, and must bear that.

    A fault refuses the message: its sender gets a system response. An exception leaves the message for
    a later attempt. While the step runs the work stays this process's, however long it takes.
    """

    def __call__(self, bus: Bus, work: Work, /) -> Fault | None:
        """Do it; the reason to refuse the message, if there is one."""


STEPS: Final[tuple[Step, ...]] = (take_files,)
"""The steps of every received message, in their order; each looks by itself whether it is concerned."""
