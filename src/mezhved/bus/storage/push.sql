-- Statements of push notifications (`mezhved.bus.push.ledger`), all off the way of a message.

-- Never handed out: what was and came back is no news. Box 3, the status queue, calls for no notice, or the
-- report of a failed one would.
-- name: push_news
SELECT q.owner, CAST(count(*) AS bigint), max(q.message_id)
FROM {owners}
JOIN bus_queue q ON q.owner = listed.owner AND q.leased_until = 0 AND q.box < 3
GROUP BY q.owner

-- name: push_states
SELECT p.system, p.address, p.leased_until, p.next_at, p.sent_at, p.notified, p.told, p.failures, p.reported_at
FROM {owners}
JOIN bus_push p ON p.system = listed.owner

-- One sender at a time: whoever moves `leased_until` on has the system until then. What another has sent since
-- the state was read (`sent_at`) makes this news stale.
-- name: push_claim background
INSERT INTO bus_push (
    system, address, leased_until, next_at, sent_at, notified, told, failures, reported_at)
VALUES (:system, :address, :until, 0, 0, 0, 0, 0, 0)
ON CONFLICT (system) DO UPDATE SET leased_until = :until
WHERE bus_push.leased_until <= :now AND bus_push.sent_at = :sent_at
    AND (bus_push.next_at <= :now OR bus_push.address <> :address)
RETURNING system

-- name: push_settle background
UPDATE bus_push
SET address = :address, leased_until = 0, next_at = :next_at, sent_at = :sent_at, notified = :notified,
    told = :told, failures = :failures, reported_at = :reported_at
WHERE system = :system AND leased_until = :until
RETURNING system
