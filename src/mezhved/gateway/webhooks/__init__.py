"""Telling the participant's systems of events over HTTP, signed, until they took it."""

from __future__ import annotations
