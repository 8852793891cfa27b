"""Signing in a process of its own: whoever serves calls never holds a key."""

from __future__ import annotations

from mezhved.gateway.signing.providers import choose_provider
from mezhved.gateway.signing.remote import RemoteKeys
from mezhved.gateway.signing.serving import SigningServer
from mezhved.gateway.signing.vault import Vault

__all__ = ["RemoteKeys", "SigningServer", "Vault", "choose_provider"]
