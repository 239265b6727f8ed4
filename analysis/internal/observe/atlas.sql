SELECT probe_id, at, event, asn, country, prefix, controller, received_at
FROM v_atlas_connections
WHERE at >= ? AND at < ?
ORDER BY at, probe_id, event
