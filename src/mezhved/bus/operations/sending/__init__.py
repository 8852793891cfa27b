"""SendRequest and SendResponse: a receipt means that the message is stored (MR 3.3 section 2.4)."""

from mezhved.bus.operations.sending.requests import send_request
from mezhved.bus.operations.sending.responses import send_response

__all__ = ["send_request", "send_response"]
