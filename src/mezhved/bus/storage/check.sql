-- Statements of the check. They run in one snapshot of a live database and may read whole tables.
-- Each `difference_*` returns the ids (or, without a message, the row ids) of at most :samples rows that
-- are wrong and, beside each, how many there are in all.

-- What is counted is shares: a message to one recipient is one, a message to many one for each.
-- name: check_messages
SELECT kind, state, CASE recipients WHEN 0 THEN 0 ELSE 1 END, count(*), CAST(sum(recipients) AS bigint)
FROM bus_message GROUP BY kind, state, CASE recipients WHEN 0 THEN 0 ELSE 1 END
UNION ALL
SELECT kind, state, CASE recipients WHEN 0 THEN 0 ELSE 1 END, count(*), CAST(sum(recipients) AS bigint)
FROM bus_archive_message GROUP BY kind, state, CASE recipients WHEN 0 THEN 0 ELSE 1 END

-- name: check_recipients
SELECT m.kind, m.state, r.state, count(*)
FROM bus_recipient r JOIN bus_message m ON m.id = r.message_id
GROUP BY m.kind, m.state, r.state
UNION ALL
SELECT m.kind, m.state, r.state, count(*)
FROM bus_archive_recipient r JOIN bus_archive_message m ON m.id = r.message_id
GROUP BY m.kind, m.state, r.state

-- name: check_entries
SELECT m.kind, CASE q.leased_until WHEN 0 THEN 0 ELSE 1 END, count(*)
FROM bus_queue q JOIN bus_message m ON m.id = q.message_id
GROUP BY m.kind, CASE q.leased_until WHEN 0 THEN 0 ELSE 1 END

-- name: difference_queued_without_entry
SELECT m.message_key, count(*) OVER () FROM bus_message m
WHERE m.state = 1 AND m.recipients = 0 AND NOT EXISTS (
    SELECT 1 FROM bus_queue q
    WHERE q.message_key = m.message_key AND q.owner + 0 = m.owner + 0 AND q.message_id = m.id AND NOT q.many)
LIMIT :samples

-- name: difference_recipient_without_entry
SELECT m.message_key, count(*) OVER () FROM bus_recipient r JOIN bus_message m ON m.id = r.message_id
WHERE r.state = 1 AND NOT EXISTS (
    SELECT 1 FROM bus_queue q
    WHERE q.message_key = m.message_key AND q.owner + 0 = r.owner + 0 AND q.message_id = m.id AND q.many)
LIMIT :samples

-- name: difference_recipients_missing
SELECT m.message_key, count(*) OVER () FROM bus_message m
WHERE (m.recipients > 0 OR m.state = 1) AND m.recipients <> (
        SELECT count(*) FROM bus_recipient r WHERE r.message_id = m.id)
    AND NOT (m.state = 5 AND m.recipients > (SELECT count(*) FROM bus_recipient r WHERE r.message_id = m.id))
LIMIT :samples

-- name: difference_recipient_without_message
SELECT r.id, count(*) OVER () FROM bus_recipient r
WHERE NOT EXISTS (SELECT 1 FROM bus_message m WHERE m.id = r.message_id AND m.recipients > 0)
LIMIT :samples

-- name: difference_never_finished
SELECT m.message_key, count(*) OVER () FROM bus_message m
WHERE m.recipients > 0 AND (m.state = 1) <> EXISTS (
    SELECT 1 FROM bus_distribution d WHERE d.message_id = m.id)
LIMIT :samples

-- name: difference_received_without_work
SELECT m.message_key, count(*) OVER () FROM bus_message m
WHERE m.state = 5 AND NOT EXISTS (SELECT 1 FROM bus_work w WHERE w.message_id = m.id AND w.owner = m.owner)
LIMIT :samples

-- name: difference_work_without_message
SELECT w.message_id, count(*) OVER () FROM bus_work w
WHERE NOT EXISTS (SELECT 1 FROM bus_message m WHERE m.id = w.message_id AND m.state = 5)
LIMIT :samples

-- name: difference_entry_without_message
SELECT q.id, count(*) OVER () FROM bus_queue q
WHERE NOT EXISTS (SELECT 1 FROM bus_message m WHERE m.id = q.message_id AND m.message_key = q.message_key)
LIMIT :samples

-- name: difference_finished_still_queued
SELECT m.message_key, count(*) OVER () FROM bus_queue q JOIN bus_message m ON m.id = q.message_id
WHERE (m.state <> 1 AND NOT (q.many AND m.state = 5)) OR (q.many AND NOT EXISTS (
    SELECT 1 FROM bus_recipient r WHERE r.message_id = m.id AND r.owner = q.owner AND r.state = 1))
LIMIT :samples

-- name: difference_queued_twice
SELECT message_key, count(*) OVER () FROM bus_queue
GROUP BY message_key, CASE WHEN many THEN owner ELSE 0 END HAVING count(*) > 1
LIMIT :samples

-- name: difference_wrong_lease
SELECT q.message_key, count(*) OVER () FROM bus_queue q
WHERE (q.leases = 0) <> (q.leased_until = 0) OR (q.leases = 0) <> (q.first_leased_at = 0)
LIMIT :samples

-- name: difference_unknown_state
SELECT m.message_key, count(*) OVER () FROM bus_message m
WHERE m.state NOT IN (1, 2, 3, 4, 5) OR EXISTS (
    SELECT 1 FROM bus_recipient r WHERE r.message_id = m.id AND r.state NOT IN (1, 2, 3, 4))
LIMIT :samples

-- name: difference_delivered_without_times
SELECT m.message_key, count(*) OVER () FROM bus_message m
WHERE (m.state = 2 AND (m.finished_at = 0 OR m.first_leased_at = 0 OR m.leases = 0)) OR EXISTS (
    SELECT 1 FROM bus_recipient r WHERE r.message_id = m.id AND r.state = 2
        AND (r.finished_at = 0 OR r.first_leased_at = 0 OR r.leases = 0))
LIMIT :samples

-- name: difference_end_without_time
SELECT m.message_key, count(*) OVER () FROM bus_message m
WHERE (m.state IN (3, 4) AND m.finished_at = 0) OR (m.state IN (1, 5) AND m.finished_at <> 0)
LIMIT :samples

-- name: difference_end_without_event
SELECT m.message_key, count(*) OVER () FROM bus_message m
WHERE m.state IN (3, 4) AND NOT EXISTS (
    SELECT 1 FROM bus_event e WHERE e.message_id = m.id AND e.kind = CASE m.state WHEN 3 THEN 1 ELSE 2 END)
LIMIT :samples

-- A request that came from a system and was refused or expired must be answered; so must whatever says
-- that it was.
-- name: difference_end_without_answer
SELECT m.message_key, count(*) OVER () FROM bus_message m
WHERE (m.state IN (3, 4) AND m.answer_key IS NULL AND m.kind IN (1, 4) AND m.sender IS NOT NULL)
    OR (m.answer_key IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM bus_message a WHERE a.message_key = m.answer_key AND a.kind = 3)
        AND NOT EXISTS (
            SELECT 1 FROM bus_archive_message a WHERE a.message_key = m.answer_key AND a.kind = 3))
LIMIT :samples

-- name: difference_archived_and_kept
SELECT m.message_key, count(*) OVER () FROM bus_archive_message m
WHERE EXISTS (SELECT 1 FROM bus_message h WHERE h.id = m.id OR h.message_key = m.message_key)
LIMIT :samples

-- name: difference_archived_unfinished
SELECT m.message_key, count(*) OVER () FROM bus_archive_message m
WHERE m.state NOT IN (2, 3, 4) OR m.finished_at = 0 OR EXISTS (
    SELECT 1 FROM bus_queue q WHERE q.message_key = m.message_key)
LIMIT :samples

-- name: difference_archived_in_part
SELECT m.message_key, count(*) OVER () FROM bus_archive_message m
WHERE NOT EXISTS (SELECT 1 FROM bus_archive_body b WHERE b.message_id = m.id)
    OR m.attachments <> (SELECT count(*) FROM bus_archive_attachment a WHERE a.message_id = m.id)
    OR m.recipients <> (SELECT count(*) FROM bus_archive_recipient r WHERE r.message_id = m.id)
LIMIT :samples

-- name: difference_uncounted_lost
SELECT u.message_id, count(*) OVER () FROM bus_uncounted u
WHERE NOT EXISTS (SELECT 1 FROM bus_message m WHERE m.id = u.message_id)
LIMIT :samples

-- name: difference_message_without_body
SELECT m.message_key, count(*) OVER () FROM bus_message m
WHERE NOT EXISTS (SELECT 1 FROM bus_body b WHERE b.message_id = m.id)
LIMIT :samples

-- name: difference_body_without_message
SELECT b.message_id, count(*) OVER () FROM bus_body b
WHERE NOT EXISTS (SELECT 1 FROM bus_message m WHERE m.id = b.message_id)
LIMIT :samples

-- name: difference_attachments
SELECT m.message_key, count(*) OVER () FROM bus_message m
LEFT JOIN (SELECT message_id, count(*) AS files FROM bus_attachment GROUP BY message_id) a
    ON a.message_id = m.id
WHERE m.attachments <> coalesce(a.files, 0)
LIMIT :samples
