-- Statements of the store, by name. `[sqlite]` and `[postgresql]` mark those that one engine has for
-- itself. `hot` marks the way of a message: such a statement names the owner of the queue, which is the
-- column that the tables can be distributed by. A line that begins with `--typed` belongs only to the
-- variant `<name>_typed`, which looks for one information type, and one with `--untyped` only to the other.

-- name: accept [postgresql] hot
WITH message AS (
    INSERT INTO bus_message (
        message_key, owner, kind, state, version, sender, recipient, type_id, root_namespace, root_name,
        original_key, reference_key, transaction_code, node, reply_to, test, eol, attachments, recipients,
        lease_factor, accepted_at, first_leased_at, finished_at, leases, reason, answer_key)
    VALUES (
        :message_key, :owner, :kind, 1, :version, :sender, :recipient, :type_id, :root_namespace, :root_name,
        :original_key, :reference_key, :transaction_code, :node, :reply_to, :test, :eol, :attachments, 0,
        :lease_factor, :accepted_at, 0, 0, 0, '', NULL)
    ON CONFLICT (message_key) DO NOTHING
    RETURNING id
), body AS (
    INSERT INTO bus_body (message_id, owner, data, signature)
    SELECT id, :owner, :data, :signature FROM message
), entry AS (
    INSERT INTO bus_queue (
        owner, box, node, type_id, message_id, message_key, eol, leased_until, first_leased_at, leases,
        many, lease_factor)
    SELECT :owner, :box, :queue_node, CAST(:type_id AS bigint), id, :message_key, :eol, 0, 0, 0,
        false, :lease_factor
    FROM message
)
SELECT id FROM message

-- A message that is in no queue: refused, or with work left, or to many.
-- name: keep [postgresql] hot
WITH message AS (
    INSERT INTO bus_message (
        message_key, owner, kind, state, version, sender, recipient, type_id, root_namespace, root_name,
        original_key, reference_key, transaction_code, node, reply_to, test, eol, attachments, recipients,
        lease_factor, accepted_at, first_leased_at, finished_at, leases, reason, answer_key)
    VALUES (
        :message_key, :owner, :kind, :state, :version, :sender, :recipient, :type_id, :root_namespace,
        :root_name, :original_key, :reference_key, :transaction_code, :node, :reply_to, :test, :eol,
        :attachments, :recipients, :lease_factor, :accepted_at, 0, :finished_at, 0, :reason, :answer_key)
    ON CONFLICT (message_key) DO NOTHING
    RETURNING id
), body AS (
    INSERT INTO bus_body (message_id, owner, data, signature)
    SELECT id, :owner, :data, :signature FROM message
)
SELECT id FROM message

-- name: insert_message [sqlite] hot
INSERT INTO bus_message (
    message_key, owner, kind, state, version, sender, recipient, type_id, root_namespace, root_name,
    original_key, reference_key, transaction_code, node, reply_to, test, eol, attachments, recipients,
    lease_factor, accepted_at, first_leased_at, finished_at, leases, reason, answer_key)
VALUES (
    :message_key, :owner, :kind, :state, :version, :sender, :recipient, :type_id, :root_namespace,
    :root_name, :original_key, :reference_key, :transaction_code, :node, :reply_to, :test, :eol,
    :attachments, :recipients, :lease_factor, :accepted_at, 0, :finished_at, 0, :reason, :answer_key)
ON CONFLICT (message_key) DO NOTHING
RETURNING id

-- name: insert_body [sqlite] hot
INSERT INTO bus_body (message_id, owner, data, signature) VALUES (:id, :owner, :data, :signature)

-- name: insert_entry hot
INSERT INTO bus_queue (
    owner, box, node, type_id, message_id, message_key, eol, leased_until, first_leased_at, leases, many,
    lease_factor)
VALUES (:owner, :box, :queue_node, :type_id, :id, :message_key, :eol, 0, 0, 0, false, :lease_factor)

-- name: insert_attachment hot
INSERT INTO bus_attachment (message_id, owner, position, content_id, mime_type, octets, blob, size)
VALUES (:id, :owner, :position, :content_id, :mime_type, :octets, :blob, :size)

-- name: insert_event hot
INSERT INTO bus_event (message_id, owner, at, kind, detail) VALUES (:id, :owner, :at, :kind, :detail)

-- An ended lease comes first, the oldest message of the thousand that ended longest ago; then the oldest
-- message never handed out. Rows that another transaction holds are passed over. Rows are looked up by
-- scalar or lateral ids, never by joins: PostgreSQL then has one way only, also for the plan that it made
-- while the queue was empty. Of waiting ones of a type `leased_until` is said to be below 1 and not 0, as
-- the index by type says: no other index can be taken for it then. The floors are hints.py's.
-- name: lease [postgresql] hot
WITH ended AS MATERIALIZED (
    SELECT id, message_id FROM bus_queue
    WHERE owner = :owner AND box = :box AND node = :node AND leased_until > :ended_floor
        AND leased_until > 0 AND leased_until <= :now
    --typed AND type_id = :type_id
    ORDER BY leased_until LIMIT 1000
), head AS MATERIALIZED (
    SELECT locked.id
    FROM (SELECT id FROM ended ORDER BY message_id) candidate
    CROSS JOIN LATERAL (
        SELECT q.id FROM bus_queue q
        WHERE q.id = candidate.id AND q.owner = :owner AND q.leased_until + 0 BETWEEN 1 AND :now
        FOR UPDATE SKIP LOCKED) locked
    LIMIT 1
), fresh AS MATERIALIZED (
    SELECT q.id FROM bus_queue q
    WHERE q.owner = :owner AND q.box = :box AND q.node = :node AND NOT EXISTS (SELECT 1 FROM head)
    --untyped AND q.leased_until = 0 AND q.message_id >= :floor
    --untyped ORDER BY q.message_id
    --typed AND q.leased_until < 1 AND q.type_id = :type_id AND q.message_id + 0 >= :floor
    --typed ORDER BY q.message_id + 0
    LIMIT 1 FOR UPDATE SKIP LOCKED
), entry AS (
    UPDATE bus_queue q
    SET leased_until = :now + (:until - :now) * q.lease_factor, leases = q.leases + 1,
        first_leased_at = CASE q.first_leased_at WHEN 0 THEN :now ELSE q.first_leased_at END
    WHERE q.id = coalesce((SELECT id FROM head), (SELECT id FROM fresh)) AND q.owner = :owner
    RETURNING q.id, q.leases, q.message_id
), event AS (
    INSERT INTO bus_event (message_id, owner, at, kind, detail)
    SELECT message_id, :owner, :now, 3, CAST(leases AS text) FROM entry WHERE leases > 1
)
SELECT entry.id, entry.leases, entry.message_id, {delivery_columns}
FROM entry
LEFT JOIN bus_message m ON m.id = (SELECT message_id FROM entry) AND m.owner IN (:owner, 0)
LEFT JOIN bus_body b ON b.message_id = (SELECT message_id FROM entry) AND b.owner IN (:owner, 0)

-- name: lease [sqlite] hot
UPDATE bus_queue
SET leased_until = :now + (:until - :now) * lease_factor, leases = leases + 1,
    first_leased_at = CASE first_leased_at WHEN 0 THEN :now ELSE first_leased_at END
WHERE owner = :owner AND id = coalesce(
    (SELECT id FROM (
        SELECT id, message_id FROM bus_queue
        WHERE owner = :owner AND box = :box AND node = :node AND leased_until > 0 AND leased_until <= :now
        --typed AND type_id = :type_id
        ORDER BY leased_until LIMIT 1000)
     ORDER BY message_id LIMIT 1),
    (SELECT id FROM bus_queue
     WHERE owner = :owner AND box = :box AND node = :node
     --untyped AND leased_until = 0
     --untyped ORDER BY message_id
     --typed AND leased_until < 1 AND type_id = :type_id
     --typed ORDER BY message_id + 0
     LIMIT 1))
RETURNING id, leases, message_id

-- name: delivered_content hot
SELECT {delivery_columns}
FROM bus_message m LEFT JOIN bus_body b ON b.message_id = :id AND b.owner IN (:owner, 0)
WHERE m.id = :id AND m.owner IN (:owner, 0)

-- name: attachments hot
SELECT content_id, mime_type, octets, blob, size FROM bus_attachment
WHERE message_id = :id AND owner IN (:owner, 0) ORDER BY position

-- name: ack [postgresql] hot
WITH entry AS (
    DELETE FROM bus_queue
    WHERE owner = :owner AND owner + 0 = :owner AND message_key = :message_key AND leases > 0
    RETURNING message_id, first_leased_at, leases, many
), message AS (
    UPDATE bus_message m
    SET state = 2, finished_at = :now, first_leased_at = entry.first_leased_at, leases = entry.leases
    FROM entry WHERE m.id = (SELECT message_id FROM entry WHERE NOT many) AND m.owner = :owner
), recipient AS (
    UPDATE bus_recipient r
    SET state = 2, finished_at = :now, first_leased_at = entry.first_leased_at, leases = entry.leases
    FROM entry WHERE r.message_id = (SELECT message_id FROM entry WHERE many) AND r.owner = :owner
), uncounted AS (
    INSERT INTO bus_uncounted (message_id, owner) SELECT message_id, :owner FROM entry WHERE NOT many
    ON CONFLICT DO NOTHING
)
SELECT message_id, many FROM entry

-- name: expire [postgresql] hot
WITH entry AS (
    DELETE FROM bus_queue WHERE owner = :owner AND id = :pk AND leases = coalesce(:leases, leases)
    RETURNING message_id, first_leased_at, leases, many
), message AS (
    UPDATE bus_message m
    SET state = 4, finished_at = :now, first_leased_at = entry.first_leased_at, leases = entry.leases,
        answer_key = :answer_key
    FROM entry WHERE m.id = (SELECT message_id FROM entry WHERE NOT many) AND m.owner = :owner
), recipient AS (
    UPDATE bus_recipient r
    SET state = 4, finished_at = :now, first_leased_at = entry.first_leased_at, leases = entry.leases
    FROM entry WHERE r.message_id = (SELECT message_id FROM entry WHERE many) AND r.owner = :owner
), uncounted AS (
    INSERT INTO bus_uncounted (message_id, owner) SELECT message_id, :owner FROM entry WHERE NOT many
    ON CONFLICT DO NOTHING
)
SELECT message_id, many FROM entry

-- name: ack_entry [sqlite] hot
DELETE FROM bus_queue
WHERE owner = :owner AND owner + 0 = :owner AND message_key = :message_key AND leases > 0
RETURNING message_id, first_leased_at, leases, many

-- name: expire_entry [sqlite] hot
DELETE FROM bus_queue WHERE owner = :owner AND id = :pk AND leases = coalesce(:leases, leases)
RETURNING message_id, first_leased_at, leases, many

-- name: finish_message [sqlite] hot
UPDATE bus_message
SET state = :state, finished_at = :now, first_leased_at = :first_leased_at, leases = :leases,
    answer_key = :answer_key
WHERE id = :id AND owner = :owner

-- name: finish_recipient [sqlite] hot
UPDATE bus_recipient
SET state = :state, finished_at = :now, first_leased_at = :first_leased_at, leases = :leases
WHERE message_id = :id AND owner = :owner

-- name: known
SELECT 1 FROM bus_message WHERE message_key = :message_key
UNION ALL SELECT 1 FROM bus_archive_message WHERE message_key = :message_key

-- name: find
SELECT {stored_columns} FROM bus_message m WHERE m.message_key = :message_key

-- name: answers
SELECT {stored_columns} FROM bus_message m WHERE m.original_key = :message_key ORDER BY m.id LIMIT :limit

-- name: content
SELECT m.id, m.owner, m.attachments, b.data, b.signature
FROM bus_message m JOIN bus_body b ON b.message_id = m.id WHERE m.message_key = :message_key

-- name: history
SELECT e.at, e.kind, e.detail, e.owner
FROM bus_message m JOIN bus_event e ON e.message_id = m.id WHERE m.message_key = :message_key ORDER BY e.id

-- name: waiting hot
SELECT count(*) FROM (
    SELECT 1 FROM (
        SELECT id FROM bus_queue
        WHERE owner = :owner AND box = :box AND node = :node AND leased_until = 0 LIMIT :limit) never
    UNION ALL
    SELECT 1 FROM (
        SELECT id FROM bus_queue
        WHERE owner = :owner AND box = :box AND node = :node AND leased_until > 0 LIMIT :limit) leased
    LIMIT :limit) counted

-- name: statistics hot
SELECT box, node, CAST(sum(pending) AS bigint)
FROM (
    SELECT box, node, count(*) AS pending FROM bus_queue
    WHERE owner = :owner AND leased_until = 0 GROUP BY box, node
    UNION ALL
    SELECT box, node, count(*) AS pending FROM bus_queue
    WHERE owner = :owner AND leased_until > 0 GROUP BY box, node
) counted
GROUP BY box, node ORDER BY box, node

-- SQLite reads the table once; PostgreSQL reads the indexes alone.
-- name: lengths [sqlite]
SELECT g.owner, g.box, g.pending, m.accepted_at
FROM (
    SELECT owner, box, count(*) AS pending, min(message_id) AS oldest FROM bus_queue GROUP BY owner, box
) g
JOIN bus_message m ON m.id = g.oldest
ORDER BY g.owner, g.box

-- name: lengths [postgresql]
SELECT g.owner, g.box, g.pending, m.accepted_at
FROM (
    SELECT owner, box, CAST(sum(pending) AS bigint) AS pending, min(oldest) AS oldest
    FROM (
        SELECT owner, box, count(*) AS pending, min(message_id) AS oldest FROM bus_queue
        WHERE leased_until = 0 GROUP BY owner, box
        UNION ALL
        SELECT owner, box, count(*) AS pending, min(message_id) AS oldest FROM bus_queue
        WHERE leased_until > 0 GROUP BY owner, box
    ) counted
    GROUP BY owner, box
) g
JOIN bus_message m ON m.id = g.oldest
ORDER BY g.owner, g.box

-- name: ping
SELECT count(*) FROM (SELECT 1 FROM bus_queue LIMIT 1) first

-- name: overdue
SELECT q.id, q.leases, q.message_id, q.owner, q.box, q.node, {delivery_columns}
FROM bus_queue q
JOIN bus_message m ON m.id = q.message_id AND m.owner IN (q.owner, 0)
JOIN bus_body b ON b.message_id = q.message_id
WHERE q.eol > 0 AND q.eol <= :now AND q.leased_until <= :now
ORDER BY q.eol LIMIT :limit
