-- Statistics and the archive: one process at a time, in batches, off every message's way.

-- name: add_duty background
INSERT INTO bus_duty (name, leased_until, value) VALUES (:name, 0, 0) ON CONFLICT DO NOTHING

-- name: take_duty background
UPDATE bus_duty SET leased_until = :until WHERE name = :name AND leased_until <= :now RETURNING value

-- name: leave_duty background
UPDATE bus_duty SET leased_until = 0 WHERE name = :name

-- name: advance_duty background
UPDATE bus_duty SET value = :after WHERE name = :name AND value = :before RETURNING value

-- name: duty_value
SELECT value FROM bus_duty WHERE name = :name

-- name: accepted_after
SELECT id, accepted_at FROM bus_message WHERE id > :after ORDER BY id LIMIT :limit

-- A message that ended is noted in the transaction that ended it: what waits is not looked through for it.
-- name: add_uncounted hot
INSERT INTO bus_uncounted (message_id, owner) VALUES (:id, :owner) ON CONFLICT DO NOTHING

-- name: uncounted
SELECT message_id FROM bus_uncounted WHERE message_id > :after ORDER BY message_id LIMIT :limit

-- name: drop_uncounted background
DELETE FROM bus_uncounted WHERE message_id IN (SELECT id FROM {ids}) RETURNING message_id

-- name: count_sent background
INSERT INTO bus_statistics (
    day, system, type_id, kind, sent, octets, delivered, refused, expired, delivery_time, longest, taken)
SELECT (m.accepted_at + :offset) / :day_length, coalesce(m.sender, 0), coalesce(m.type_id, 0), m.kind,
    count(*),
    sum(length(b.data) + length(b.signature) + coalesce((
        SELECT sum(a.size) FROM bus_attachment a WHERE a.message_id = m.id), 0)),
    0, 0, 0, 0, 0, 0
FROM {ids} JOIN bus_message m ON m.id = listed.id JOIN bus_body b ON b.message_id = listed.id
WHERE true
GROUP BY 1, 2, 3, 4
ON CONFLICT (day, system, type_id, kind) DO UPDATE
SET sent = bus_statistics.sent + excluded.sent, octets = bus_statistics.octets + excluded.octets

-- name: count_ended background
INSERT INTO bus_statistics (
    day, system, type_id, kind, sent, octets, delivered, refused, expired, delivery_time, longest, taken)
SELECT day, system, type_id, kind, 0, 0, sum(delivered), sum(refused), sum(expired), sum(delivery_time),
    max(delivery_time), sum(taken)
FROM (
    SELECT (m.finished_at + :offset) / :day_length AS day, coalesce(m.sender, 0) AS system,
        coalesce(m.type_id, 0) AS type_id, m.kind,
        CASE m.state WHEN 2 THEN 1 ELSE 0 END AS delivered,
        CASE m.state WHEN 3 THEN 1 ELSE 0 END AS refused,
        CASE m.state WHEN 4 THEN 1 ELSE 0 END AS expired,
        CASE m.state WHEN 2 THEN m.finished_at - m.accepted_at ELSE 0 END AS delivery_time,
        0 AS taken
    FROM {ids} JOIN bus_message m ON m.id = listed.id
    WHERE m.recipients = 0
    UNION ALL
    SELECT (m.finished_at + :offset) / :day_length, m.recipient, coalesce(m.type_id, 0), m.kind,
        0, 0, 0, 0, 1
    FROM {ids} JOIN bus_message m ON m.id = listed.id
    WHERE m.recipients = 0 AND m.state = 2 AND m.recipient IS NOT NULL
    UNION ALL
    SELECT (r.finished_at + :offset) / :day_length, coalesce(m.sender, 0), coalesce(m.type_id, 0), m.kind,
        CASE r.state WHEN 2 THEN 1 ELSE 0 END,
        CASE r.state WHEN 3 THEN 1 ELSE 0 END,
        CASE r.state WHEN 4 THEN 1 ELSE 0 END,
        CASE r.state WHEN 2 THEN r.finished_at - m.accepted_at ELSE 0 END,
        0
    FROM {ids} JOIN bus_message m ON m.id = listed.id JOIN bus_recipient r ON r.message_id = listed.id
    UNION ALL
    SELECT (r.finished_at + :offset) / :day_length, r.owner, coalesce(m.type_id, 0), m.kind, 0, 0, 0, 0, 1
    FROM {ids} JOIN bus_message m ON m.id = listed.id JOIN bus_recipient r ON r.message_id = listed.id
    WHERE r.state = 2
) facts
WHERE true
GROUP BY day, system, type_id, kind
ON CONFLICT (day, system, type_id, kind) DO UPDATE
SET delivered = bus_statistics.delivered + excluded.delivered,
    refused = bus_statistics.refused + excluded.refused,
    expired = bus_statistics.expired + excluded.expired,
    delivery_time = bus_statistics.delivery_time + excluded.delivery_time,
    longest = CASE WHEN bus_statistics.longest > excluded.longest THEN bus_statistics.longest
        ELSE excluded.longest END,
    taken = bus_statistics.taken + excluded.taken

-- name: statistics_of_days
SELECT day, system, type_id, kind, sent, octets, delivered, refused, expired, delivery_time, longest, taken
FROM bus_statistics
WHERE day BETWEEN :first AND :last AND (:system = -1 OR system = :system) AND (:type_id = -1 OR type_id = :type_id)
ORDER BY day, system, type_id, kind

-- name: archivable
SELECT m.id, m.accepted_at, m.finished_at, m.state, m.attachments, m.recipients,
    CASE WHEN EXISTS (SELECT 1 FROM bus_uncounted u WHERE u.message_id = m.id) THEN 1 ELSE 0 END
FROM bus_message m WHERE m.id > :after AND m.id <= :counted ORDER BY m.id LIMIT :limit

-- name: archive_messages background
INSERT INTO bus_archive_message ({message_columns}, archived_at)
SELECT {m_message_columns}, :now
FROM {ids} JOIN bus_message m ON m.id = listed.id WHERE m.state IN (2, 3, 4)
RETURNING id

-- name: archive_bodies background
INSERT INTO bus_archive_body (message_id, owner, data, signature)
SELECT b.message_id, b.owner, b.data, b.signature FROM {ids} JOIN bus_body b ON b.message_id = listed.id

-- name: archive_attachments background
INSERT INTO bus_archive_attachment (
    id, message_id, owner, position, content_id, mime_type, octets, blob, size)
SELECT a.id, a.message_id, a.owner, a.position, a.content_id, a.mime_type, a.octets, a.blob, a.size
FROM {ids} JOIN bus_attachment a ON a.message_id = listed.id

-- name: archive_events background
INSERT INTO bus_archive_event (id, message_id, owner, at, kind, detail)
SELECT e.id, e.message_id, e.owner, e.at, e.kind, e.detail
FROM {ids} JOIN bus_event e ON e.message_id = listed.id

-- name: archive_recipients background
INSERT INTO bus_archive_recipient (
    id, message_id, owner, state, first_leased_at, finished_at, leases, reason)
SELECT r.id, r.message_id, r.owner, r.state, r.first_leased_at, r.finished_at, r.leases, r.reason
FROM {ids} JOIN bus_recipient r ON r.message_id = listed.id

-- name: drop_messages background
DELETE FROM bus_message WHERE id IN (SELECT id FROM {ids})

-- name: drop_bodies background
DELETE FROM bus_body WHERE message_id IN (SELECT id FROM {ids})

-- name: drop_attachments background
DELETE FROM bus_attachment WHERE message_id IN (SELECT id FROM {ids})

-- name: drop_events background
DELETE FROM bus_event WHERE message_id IN (SELECT id FROM {ids})

-- name: drop_recipients background
DELETE FROM bus_recipient WHERE message_id IN (SELECT id FROM {ids})

-- name: archived_after
SELECT id, accepted_at, archived_at FROM bus_archive_message WHERE id > :after ORDER BY id LIMIT :limit

-- name: wipe_messages background
DELETE FROM bus_archive_message WHERE id IN (SELECT id FROM {ids})

-- name: wipe_bodies background
DELETE FROM bus_archive_body WHERE message_id IN (SELECT id FROM {ids})

-- name: wipe_attachments background
DELETE FROM bus_archive_attachment WHERE message_id IN (SELECT id FROM {ids})

-- name: wipe_events background
DELETE FROM bus_archive_event WHERE message_id IN (SELECT id FROM {ids})

-- name: wipe_recipients background
DELETE FROM bus_archive_recipient WHERE message_id IN (SELECT id FROM {ids})
