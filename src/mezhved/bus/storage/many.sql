-- Messages to many recipients, and messages with work left. Rows that many share belong to owner 0.

-- name: insert_recipients hot
INSERT INTO bus_recipient (message_id, owner, state, first_leased_at, finished_at, leases, reason)
SELECT :id, owner, :state, 0, :finished_at, 0, :reason FROM {owners} WHERE true
ON CONFLICT DO NOTHING
RETURNING owner

-- name: insert_entries hot
INSERT INTO bus_queue (
    owner, box, node, type_id, message_id, message_key, eol, leased_until, first_leased_at, leases, many,
    lease_factor)
SELECT owner, :box, :queue_node, CAST(:type_id AS bigint), :id, :message_key, :eol, 0, 0, 0, true,
    :lease_factor
FROM {owners}

-- name: insert_distribution hot
INSERT INTO bus_distribution (message_id, owner) VALUES (:id, :owner)

-- name: answer_once hot
UPDATE bus_message SET answer_key = :answer_key WHERE id = :id AND owner = :owner AND answer_key IS NULL
RETURNING id

-- A message to many is finished when it is in nobody's queue; delivered, if anybody has it.
-- name: close hot
UPDATE bus_message
SET state = CASE WHEN EXISTS (SELECT 1 FROM bus_recipient r WHERE r.message_id = :id AND r.state = 2)
        THEN 2 ELSE 4 END,
    finished_at = (SELECT max(r.finished_at) FROM bus_recipient r WHERE r.message_id = :id),
    first_leased_at = coalesce((SELECT min(r.first_leased_at) FROM bus_recipient r
        WHERE r.message_id = :id AND r.first_leased_at > 0), 0),
    leases = (SELECT sum(r.leases) FROM bus_recipient r WHERE r.message_id = :id)
WHERE id = :id AND owner = :owner AND state = 1
    AND NOT EXISTS (SELECT 1 FROM bus_queue q WHERE q.message_key = bus_message.message_key)
RETURNING id

-- name: end_distribution hot
DELETE FROM bus_distribution WHERE message_id = :id AND owner = :owner

-- name: queued
SELECT 1 FROM bus_queue WHERE message_key = (SELECT message_key FROM bus_message WHERE id = :id) LIMIT 1

-- name: undistributed
SELECT d.message_id FROM bus_distribution d JOIN bus_message m ON m.id = d.message_id
WHERE NOT EXISTS (SELECT 1 FROM bus_queue q WHERE q.message_key = m.message_key)
ORDER BY d.message_id LIMIT :limit

-- name: recipients [sqlite]
SELECT r.owner, r.state, coalesce(q.leased_until, 0), coalesce(q.first_leased_at, r.first_leased_at),
    r.finished_at, coalesce(q.leases, r.leases), r.reason
FROM bus_recipient r
LEFT JOIN bus_queue q ON q.message_key = :message_key AND q.owner + 0 = r.owner + 0
WHERE r.message_id = (SELECT id FROM bus_message WHERE message_key = :message_key)
ORDER BY r.id + 0

-- name: recipients [postgresql]
SELECT r.owner, r.state, coalesce(q.leased_until, 0), coalesce(q.first_leased_at, r.first_leased_at),
    r.finished_at, coalesce(q.leases, r.leases), r.reason
FROM bus_recipient r
LEFT JOIN LATERAL (
    SELECT leased_until, first_leased_at, leases FROM bus_queue
    WHERE message_key = :message_key AND owner + 0 = r.owner + 0 LIMIT 1) q ON true
WHERE r.message_id = (SELECT id FROM bus_message WHERE message_key = :message_key)
ORDER BY r.id + 0

-- Of these owners, those whose queue holds so many.
-- name: full
SELECT owner FROM {owners}
WHERE (SELECT count(*) FROM (
        SELECT 1 FROM bus_queue q
        WHERE q.owner = listed.owner AND q.box = :box AND q.node = :node AND q.leased_until = 0
        LIMIT :limit) never)
    + (SELECT count(*) FROM (
        SELECT 1 FROM bus_queue q
        WHERE q.owner = listed.owner AND q.box = :box AND q.node = :node AND q.leased_until > 0
        LIMIT :limit) leased) >= :limit

-- name: shares
SELECT count(*) FROM bus_recipient WHERE message_id = :id

-- name: recipient
SELECT 1 FROM bus_message m WHERE m.message_key = :message_key AND m.recipient = :owner
UNION ALL
SELECT 1 FROM bus_recipient r
WHERE r.message_id = (SELECT id FROM bus_message WHERE message_key = :message_key) AND r.owner = :owner
    AND r.state <> 3

-- name: insert_work hot
INSERT INTO bus_work (message_id, owner, plan, leased_until, attempts) VALUES (:id, :owner, :plan, 0, 0)

-- name: claim [sqlite] background
UPDATE bus_work SET leased_until = :until, attempts = attempts + 1
WHERE message_id IN (
    SELECT message_id FROM bus_work WHERE leased_until <= :now ORDER BY leased_until LIMIT :limit)
RETURNING message_id, owner, plan, attempts

-- name: claim [postgresql] background
WITH due AS MATERIALIZED (
    SELECT message_id FROM bus_work WHERE leased_until <= :now ORDER BY leased_until LIMIT :limit
    FOR UPDATE SKIP LOCKED
)
UPDATE bus_work w SET leased_until = :until, attempts = w.attempts + 1
FROM due WHERE w.message_id = due.message_id
RETURNING w.message_id, w.owner, w.plan, w.attempts

-- name: hold_work hot
UPDATE bus_work SET leased_until = :until
WHERE message_id = :id AND owner = :owner AND attempts = :attempts
RETURNING message_id

-- name: end_work hot
DELETE FROM bus_work WHERE message_id = :id AND owner = :owner AND attempts = :attempts
RETURNING message_id

-- name: queue_received hot
UPDATE bus_message
SET state = 1, recipients = (SELECT count(*) FROM bus_recipient r WHERE r.message_id = :id)
WHERE id = :id AND owner = :owner AND state = 5
RETURNING id

-- name: reject_received hot
UPDATE bus_message
SET state = :state, finished_at = :now, reason = :reason, answer_key = :answer_key, recipients = 0
WHERE id = :id AND owner = :owner AND state = 5
RETURNING id
