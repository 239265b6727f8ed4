(probe, country, asn) IN (SELECT probe, country, asn FROM v_batches WHERE origin = 'located' AND created_at >= toDateTime64(?, 3, 'UTC'))
