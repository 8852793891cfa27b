"""The thread that looks after the exchange folders, in one process at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mezhved.gateway.adapter.faults import SystemFault
from mezhved.gateway.duties import leave, take_duty
from mezhved.gateway.folders.boxes import boxes
from mezhved.gateway.folders.disk import Disk
from mezhved.gateway.folders.giving import Giver
from mezhved.gateway.folders.taking import Taker
from mezhved.gateway.looping import Loop
from mezhved.service.blobs import BlobStoreError

if TYPE_CHECKING:
    from mezhved.gateway.assembly import Gateway
    from mezhved.gateway.folders.boxes import Box

DUTY: Final = "folders"
DUTY_SECONDS: Final = 60
PERIOD_SECONDS: Final = 1.0
IDLE_SECONDS: Final = 30.0


class Watcher(Loop):
    """Takes what is dropped and gives what came, for all systems that exchange by folders."""

    def __init__(self, gateway: Gateway, disk: Disk | None = None) -> None:
        super().__init__(gateway, DUTY)
        self._disk = disk or Disk()
        self._hands: dict[int, tuple[Box, Taker, Giver]] = {}
        self._out_of_reach: dict[int, str] = {}

    def tick(self) -> float:
        """Look once into every folder; come back at once while there is more."""
        if not self._gateway.settings.exchange_folder:
            return IDLE_SECONDS
        if not take_duty(DUTY, self._gateway.owner, self._gateway.clock(), DUTY_SECONDS):
            return DUTY_SECONDS / 2
        done = sum(self._look_into(box) for box in boxes(self._gateway.settings))
        self.went_well()
        return 0.0 if done else PERIOD_SECONDS

    def _look_into(self, box: Box) -> int:
        """Take and give for one system; one whose folder is out of reach must not keep the others waiting."""
        try:
            box.make()
            taker, giver = self._of(box)
            done = taker.take() + giver.give()
        except (OSError, SystemFault, BlobStoreError) as error:
            reason = type(error).__name__
            if self._out_of_reach.get(box.system.pk) != reason:
                self._gateway.log.warning("folder_out_of_reach", system=box.system.mnemonic, reason=reason)
            self._out_of_reach[box.system.pk] = reason
            return 0
        self._out_of_reach.pop(box.system.pk, None)
        return done

    def _of(self, box: Box) -> tuple[Taker, Giver]:
        known = self._hands.get(box.system.pk)
        if known is None or known[0].dropped != box.dropped:
            made = Taker(self._gateway, box, self._disk), Giver(self._gateway, box, self._disk)
            known = self._hands[box.system.pk] = box, *made
        return known[1], known[2]

    def ended(self) -> None:
        """Let another process do it."""
        leave(DUTY, self._gateway.owner)
        super().ended()
