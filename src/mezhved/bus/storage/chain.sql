-- The messages of a business chain: those that name its first message, that message itself, and its answers,
-- which carry the reference only where the first message named itself.
-- name: chain
SELECT {stored_columns}
FROM bus_message m
JOIN (
    SELECT id FROM bus_message WHERE reference_key = :message_key
    UNION SELECT id FROM bus_message WHERE message_key = :message_key
    UNION SELECT id FROM bus_message WHERE original_key = :message_key
) part ON part.id = m.id
ORDER BY m.id LIMIT :limit
