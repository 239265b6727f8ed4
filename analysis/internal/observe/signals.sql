SELECT source, entity_type, entity_code, name, at, value, received_at
FROM v_signals
WHERE at >= ? AND at < ?
ORDER BY source, entity_type, entity_code, name, at
