-- Statements of push notifications (`mezhved.bus.push.ledger`), all off the way of a message.

-- Never handed out: what was and came back is no news. Box 3, the status queue, calls for no notice, or the
-- report of a failed one would. `place` steps from one queue of a system to the next by the index alone, so
-- that long queues cost no more than short ones; of each no more than `most` messages are counted.
-- name: push_news [postgresql]
WITH RECURSIVE place AS (
    SELECT head.owner, head.box, head.node FROM {owners}
    CROSS JOIN LATERAL (
        SELECT q.owner, q.box, q.node FROM bus_queue q
        WHERE q.owner = listed.owner AND q.leased_until = 0 AND q.box < 3
        ORDER BY q.box, q.node, q.message_id LIMIT 1) head
    UNION ALL
    SELECT step.owner, step.box, step.node FROM place
    CROSS JOIN LATERAL (
        SELECT q.owner, q.box, q.node FROM bus_queue q
        WHERE q.owner = place.owner AND q.leased_until = 0 AND q.box < 3
            AND (q.box, q.node) > (place.box, place.node)
        ORDER BY q.box, q.node, q.message_id LIMIT 1) step
)
SELECT found.owner, CAST(sum(found.waiting) AS bigint), max(found.newest)
FROM (
    SELECT place.owner,
        (SELECT count(*) FROM (SELECT 1 FROM bus_queue q
            WHERE q.owner = place.owner AND q.box = place.box AND q.node = place.node AND q.leased_until = 0
            ORDER BY q.message_id LIMIT :most) counted) AS waiting,
        (SELECT q.message_id FROM bus_queue q
            WHERE q.owner = place.owner AND q.box = place.box AND q.node = place.node AND q.leased_until = 0
            ORDER BY q.message_id DESC LIMIT 1) AS newest
    FROM place
) found
GROUP BY found.owner

-- name: push_news [sqlite]
WITH RECURSIVE place (id) AS (
    SELECT (SELECT q.id FROM bus_queue q
        WHERE q.owner = listed.owner AND q.leased_until = 0 AND q.box < 3
        ORDER BY q.box, q.node, q.message_id LIMIT 1)
    FROM {owners}
    UNION ALL
    SELECT coalesce(
        (SELECT q.id FROM bus_queue q
        WHERE q.owner = p.owner AND q.box = p.box AND q.node > p.node AND q.leased_until = 0
        ORDER BY q.node, q.message_id LIMIT 1),
        (SELECT q.id FROM bus_queue q
        WHERE q.owner = p.owner AND q.box > p.box AND q.box < 3 AND q.leased_until = 0
        ORDER BY q.box, q.node, q.message_id LIMIT 1))
    FROM place JOIN bus_queue p ON p.id = place.id
)
SELECT found.owner, CAST(sum(found.waiting) AS bigint), max(found.newest)
FROM (
    SELECT p.owner,
        (SELECT count(*) FROM (SELECT 1 FROM bus_queue q
            WHERE q.owner = p.owner AND q.box = p.box AND q.node = p.node AND q.leased_until = 0
            ORDER BY q.message_id LIMIT :most) counted) AS waiting,
        (SELECT q.message_id FROM bus_queue q
            WHERE q.owner = p.owner AND q.box = p.box AND q.node = p.node AND q.leased_until = 0
            ORDER BY q.message_id DESC LIMIT 1) AS newest
    FROM place JOIN bus_queue p ON p.id = place.id
) found
GROUP BY found.owner

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
