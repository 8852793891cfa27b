"""Sending notices: each attempt bounded, pauses that grow, given up after a day."""

from __future__ import annotations

import http.client
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import connection
from django.db.models import Q

from mezhved.gateway.duties import leave, take_duty
from mezhved.gateway.models import Delivery, DeliveryState, Webhook
from mezhved.gateway.statements import rows
from mezhved.gateway.webhooks.addresses import permitted
from mezhved.gateway.webhooks.planning import in_force, plan
from mezhved.gateway.webhooks.telling import notice, signature
from mezhved.service import Repeating
from mezhved.service.bounded import BoundedHttp, ForbiddenAddress

if TYPE_CHECKING:
    from mezhved.gateway.assembly import Gateway

DUTY: Final = "webhooks"
DUTY_SECONDS: Final = 120
PERIOD_SECONDS: Final = 1.0
TROUBLE_SECONDS: Final = 30.0
TIMEOUT_SECONDS: Final = 10.0
ROUND: Final = 20
"""Notices to one address before others have their turn."""
FIRST_PAUSE: Final = 5.0
LONGEST_PAUSE: Final = 3600.0
LONGEST_QUIET: Final = 300.0
_READ: Final = 1024


class Notifier(Repeating):
    """Plans and delivers while it holds the duty."""

    def __init__(self, gateway: Gateway, http: BoundedHttp | None = None) -> None:
        super().__init__("webhooks")
        self._gateway = gateway
        networks = gateway.settings.webhook_networks
        self._http = http or BoundedHttp(TIMEOUT_SECONDS, permitted(networks))

    def tick(self) -> float:
        """Tell every address what is due."""
        if not self._hold():
            return DUTY_SECONDS / 2
        if not rows("SELECT 1 FROM gateway_webhook LIMIT 1"):
            return PERIOD_SECONDS
        planned = plan(self._gateway.clock())
        told = self.deliver_due()
        return 0.0 if planned or told else PERIOD_SECONDS

    def deliver_due(self) -> int:
        """Deliver what is due; return how many attempts were made."""
        now = self._gateway.clock()
        due = (
            Q(deliveries__next_at__lte=now) & (Q(quiet_until=None) | Q(quiet_until__lte=now)) & in_force(now)
        )
        attempts = 0
        for webhook in Webhook.objects.filter(due).distinct():
            if self.stopping or not self._hold():
                break
            attempts += self._tell(webhook)
        return attempts

    def ended(self) -> None:
        """Let another process do it."""
        leave(DUTY, self._gateway.owner)

    def troubled(self, error: Exception) -> float:
        """Log the trouble and wait; a connection that broke is left."""
        connection.close_if_unusable_or_obsolete()
        self._gateway.log.error("webhooks_failed", error_type=type(error).__name__)
        return TROUBLE_SECONDS

    def _hold(self) -> bool:
        return take_duty(DUTY, self._gateway.owner, self._gateway.clock(), DUTY_SECONDS)

    def _tell(self, webhook: Webhook) -> int:
        """Tell one address until an attempt fails: who does not answer must not keep the others waiting."""
        due = Delivery.objects.filter(webhook=webhook, next_at__lte=self._gateway.clock()).select_related(
            "event__exchange__system", "event__exchange__type", "event__message", "key_warning__key__system"
        )
        attempts = 0
        for delivery in due.defer("event__exchange__type__package", "event__message__content").order_by(
            "event__position", "pk"
        )[:ROUND]:
            attempts += 1
            if self.stopping or not self._attempt(webhook, delivery):
                break
        return attempts

    def _attempt(self, webhook: Webhook, delivery: Delivery) -> bool:
        status, problem = self._post(webhook, delivery)
        self._gateway.metrics.count_webhook(problem or "ok")
        now = self._gateway.clock()
        delivery.attempts += 1
        delivery.last_status, delivery.problem = status, problem
        if not problem:
            delivery.state, delivery.next_at, delivery.settled_at = DeliveryState.DELIVERED, None, now
            webhook.failures, webhook.quiet_until = 0, None
        else:
            webhook.failures += 1
            webhook.quiet_until = now + timedelta(seconds=self._pause(webhook.failures, LONGEST_QUIET))
            again = now + timedelta(seconds=self._pause(delivery.attempts, LONGEST_PAUSE))
            if again < delivery.give_up_at:
                delivery.next_at = again
            else:
                delivery.state, delivery.next_at, delivery.settled_at = DeliveryState.DEAD, None, now
                self._gateway.log.warning("webhook_given_up", webhook=str(webhook.uid), reason=problem)
        delivery.save(update_fields=["attempts", "last_status", "problem", "state", "next_at", "settled_at"])
        webhook.save(update_fields=["failures", "quiet_until"])
        return not problem

    def _post(self, webhook: Webhook, delivery: Delivery) -> tuple[int, str]:
        """Make one attempt; return the HTTP status, 0 for none, and why it failed, empty for success."""
        body = notice(delivery)
        moment = int(self._gateway.clock().timestamp())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "mezhved-gateway",
            "Mezhved-Delivery": str(delivery.uid),
            "Mezhved-Signature": signature(webhook.secret, moment, body),
        }
        try:
            with self._http.exchange("POST", webhook.url, body, headers) as answer:
                answer.read(_READ)
                accepted = http.client.OK <= answer.status < http.client.MULTIPLE_CHOICES
                return answer.status, "" if accepted else "refused"
        except ForbiddenAddress:
            return 0, "forbidden_address"
        except TimeoutError:
            return 0, "timeout"
        except (OSError, http.client.HTTPException, ValueError) as error:
            return 0, type(error).__name__

    def _pause(self, attempts: int, longest: float) -> float:
        """Return a pause that grows from attempt to attempt; a random part keeps crowds apart."""
        pause = min(longest, FIRST_PAUSE * 2.0 ** min(attempts - 1, 16))
        return pause * (0.75 + self._gateway.randomness(1)[0] / 512)
