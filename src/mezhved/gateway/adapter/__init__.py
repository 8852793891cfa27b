"""The official adapter's own service, SOAP and JSON, over the gateway's outbox and inbox."""

from __future__ import annotations
