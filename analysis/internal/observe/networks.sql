SELECT
    country,
    asn,
    argMax(as_name, measured_at) AS name,
    uniqExactIf(probe, network_type = 'fixed') AS fixed,
    uniqExactIf(probe, network_type = 'mobile') AS mobile
FROM v_measurements
WHERE source = 'lamplight' AND vantage = 'probe' AND kind = 'beat' AND measured_at >= toDateTime64(?, 3, 'UTC') AND measured_at < toDateTime64(?, 3, 'UTC') AND asn != 0 AND {{placed}}
GROUP BY country, asn
ORDER BY country, asn
