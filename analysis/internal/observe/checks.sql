-- A target was reached in a half hour if somebody in another country reached it then: that is the control.
WITH
    looked AS
    (
        SELECT kind, target, class, country, asn, probe, failure, generated, measured_at,
            toStartOfInterval(measured_at, INTERVAL 30 MINUTE) AS half_hour,
            if(class = 'service', domain(target), '') AS service
        FROM v_measurements
        WHERE source = 'lamplight' AND vantage = 'probe' AND kind IN ('dns', 'tcp', 'tls', 'http') AND (class != 'service' OR kind = 'http')
            AND NOT decoy AND measured_at >= ? AND measured_at < ?
    ),
    reached AS
    (
        SELECT kind, target, toStartOfInterval(measured_at, INTERVAL 30 MINUTE) AS half_hour,
            groupUniqArray(country) AS reached_from
        FROM v_measurements
        WHERE source = 'lamplight' AND kind IN ('dns', 'tcp', 'tls', 'http') AND failure = '' AND NOT decoy AND measured_at >= ? AND measured_at < ?
        GROUP BY kind, target, half_hour
    )
SELECT
    toStartOfInterval(measured_at, INTERVAL 5 MINUTE) AS bin,
    country,
    asn,
    kind,
    service,
    count() AS tried,
    countIf(failure = '') AS succeeded,
    uniqExact(probe) AS probes,
    max(looked.generated) AS generated
FROM looked
INNER JOIN reached USING (kind, target, half_hour)
WHERE arrayExists(c -> c != country, reached_from)
GROUP BY bin, country, asn, kind, service
ORDER BY bin, country, asn, kind, service
