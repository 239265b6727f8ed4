SELECT source, entity_type, entity_code, name, at, value, received_at
FROM v_signals
WHERE at >= toDateTime64(?, 3, 'UTC') AND at < toDateTime64(?, 3, 'UTC')
ORDER BY source, entity_type, entity_code, name, at
