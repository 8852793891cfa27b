-- Statements of the file store (`mezhved.bus.files.ledger`). A sender's area is named by its system's id.

-- name: folder_add background
INSERT INTO bus_upload_folder (area, name, created_at) VALUES (:area, :folder, :now)
ON CONFLICT (area, name) DO NOTHING RETURNING id

-- name: folders
SELECT name, created_at FROM bus_upload_folder WHERE area = :area ORDER BY name

-- name: folder
SELECT created_at FROM bus_upload_folder WHERE area = :area AND name = :folder

-- name: folder_count
SELECT count(*) FROM bus_upload_folder WHERE area = :area

-- name: folder_drop background
DELETE FROM bus_upload_folder WHERE area = :area AND name = :folder
    AND NOT EXISTS (SELECT 1 FROM bus_upload u WHERE u.area = :area AND u.folder = :folder)
RETURNING id

-- name: folders_aged background
DELETE FROM bus_upload_folder WHERE id IN (
    SELECT f.id FROM bus_upload_folder f WHERE f.created_at < :before
        AND NOT EXISTS (SELECT 1 FROM bus_upload u WHERE u.area = f.area AND u.folder = f.name)
    ORDER BY f.created_at LIMIT :limit)
RETURNING id

-- name: uploads
SELECT name, key, size, complete, changed_at, digest FROM bus_upload
WHERE area = :area AND folder = :folder ORDER BY name

-- name: uploaded
SELECT CAST(coalesce(sum(size), 0) AS bigint) FROM bus_upload WHERE area = :area

-- name: upload_put background
INSERT INTO bus_upload (area, folder, name, key, size, complete, digest, changed_at)
VALUES (:area, :folder, :name, :key, 0, FALSE, '', :now)
ON CONFLICT (area, folder, name)
DO UPDATE SET key = excluded.key, size = 0, complete = FALSE, digest = '', changed_at = excluded.changed_at
RETURNING id

-- name: upload_finish background
UPDATE bus_upload SET size = :size, complete = :complete, digest = :digest, changed_at = :now
WHERE area = :area AND folder = :folder AND name = :name AND key = :key RETURNING id

-- name: upload_move background
UPDATE bus_upload SET folder = :new_folder, name = :new_name
WHERE area = :area AND folder = :folder AND name = :name RETURNING id

-- name: upload_drop background
DELETE FROM bus_upload WHERE area = :area AND folder = :folder AND name = :name AND key = :key RETURNING id

-- name: uploads_aged
SELECT area, folder, name, key FROM bus_upload WHERE changed_at < :before ORDER BY changed_at LIMIT :limit

-- name: files
SELECT position, uuid, name, key, size, taken_at, digest FROM bus_file
WHERE message_key = :message_key ORDER BY position

-- name: file_add background
INSERT INTO bus_file (message_key, position, uuid, name, key, size, digest, taken_at)
VALUES (:message_key, :position, :uuid, :name, :key, :size, :digest, :now) RETURNING id

-- What is on its way to a recipient counts like what waits for it.
-- name: held
SELECT CAST(coalesce(sum(h.octets), 0) AS bigint) FROM bus_file_hold h
WHERE h.owner = :owner AND h.type_id = :type_id AND h.message_key <> :message_key AND (
    EXISTS (SELECT 1 FROM bus_queue q WHERE q.message_key = h.message_key AND q.owner + 0 = h.owner + 0)
    OR EXISTS (
        SELECT 1 FROM bus_message m JOIN bus_work w ON w.message_id = m.id
        WHERE m.message_key = h.message_key))

-- name: hold_add background
INSERT INTO bus_file_hold (message_key, owner, type_id, octets)
VALUES (:message_key, :owner, :type_id, :octets)
ON CONFLICT (message_key, owner) DO UPDATE SET octets = excluded.octets RETURNING id

-- name: login_add background
INSERT INTO bus_file_login (username, secret, message_key, position, owner, created_at)
VALUES (:username, :secret, :message_key, :position, :owner, :now) RETURNING id

-- A login counts from the hand-out until the acknowledgement, whatever way the message leaves the queue.
-- name: login
SELECT l.secret, l.owner, f.position, f.uuid, f.name, f.key, f.size, f.taken_at
FROM bus_file_login l JOIN bus_file f ON f.message_key = l.message_key AND f.position = l.position
WHERE l.username = :username AND EXISTS (
    SELECT 1 FROM bus_queue q
    WHERE q.message_key = l.message_key AND q.owner + 0 = l.owner + 0 AND q.leases > 0)

-- Messages with files that no queue holds and no work is left on: their files are nobody's any more.
-- name: files_done
SELECT DISTINCT f.message_key FROM bus_file f
WHERE NOT EXISTS (SELECT 1 FROM bus_queue q WHERE q.message_key = f.message_key)
    AND NOT EXISTS (
        SELECT 1 FROM bus_message m JOIN bus_work w ON w.message_id = m.id
        WHERE m.message_key = f.message_key)
LIMIT :limit

-- name: files_drop background
DELETE FROM bus_file WHERE message_key = :message_key RETURNING key

-- name: holds_drop background
DELETE FROM bus_file_hold WHERE message_key = :message_key RETURNING id

-- name: logins_end background
DELETE FROM bus_file_login WHERE message_key = :message_key AND owner = :owner AND created_at < :before
RETURNING id

-- name: logins_drop background
DELETE FROM bus_file_login WHERE message_key = :message_key RETURNING id

-- name: blob_known
SELECT 1 FROM bus_file WHERE key = :key
UNION ALL SELECT 1 FROM bus_upload WHERE key = :key
UNION ALL SELECT 1 FROM bus_attachment WHERE blob = :key AND blob > ''
UNION ALL SELECT 1 FROM bus_archive_attachment WHERE blob = :key AND blob > ''
LIMIT 1
