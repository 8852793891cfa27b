"""What comes in: polled, verified, stored, and only then acknowledged."""

from __future__ import annotations

from mezhved.gateway.inbox.polling import Poller, Queue, poll_once, queues
from mezhved.gateway.inbox.storing import keep_request, keep_response

__all__ = ["Poller", "Queue", "keep_request", "keep_response", "poll_once", "queues"]
