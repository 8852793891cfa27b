"""What comes in: polled, verified, stored, and only then acknowledged."""

from __future__ import annotations

from mezhved.gateway.inbox.polling import Poller, poll_once
from mezhved.gateway.inbox.storing import keep_request, keep_response
from mezhved.gateway.marking import mark_read
from mezhved.gateway.queues import Queue, ensure_node, queues

__all__ = [
    "Poller",
    "Queue",
    "ensure_node",
    "keep_request",
    "keep_response",
    "mark_read",
    "poll_once",
    "queues",
]
