"""Exchange by folders: a system drops files, the gateway sends them and puts what comes beside."""

from __future__ import annotations

from mezhved.gateway.folders.watcher import Watcher

__all__ = ["Watcher"]
