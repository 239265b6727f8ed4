SELECT probe_id, at, event, asn, country, prefix, controller, received_at
FROM v_atlas_connections
WHERE at >= toDateTime64(?, 3, 'UTC') AND at < toDateTime64(?, 3, 'UTC')
ORDER BY at, probe_id, event
