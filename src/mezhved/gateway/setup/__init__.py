"""The gateway's set-up as one YAML document: brought in, and written out again."""

from __future__ import annotations

from mezhved.gateway.setup.changes import BadSetup, Outcome, Report
from mezhved.gateway.setup.exporting import export_setup
from mezhved.gateway.setup.importing import import_setup

__all__ = ["BadSetup", "Outcome", "Report", "export_setup", "import_setup"]
