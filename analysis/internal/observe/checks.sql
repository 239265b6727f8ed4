-- A target was reached in a half hour if somebody in another country reached it then: that is the control. Who is nobody
-- knows where is in no other country for sure. Of lookups only those count that a user's programs make, of the machine's
-- resolver or the provider's, in the clear, for an address: that a public resolver is blocked, or a type of question,
-- takes no name away from anybody. A question is compared with the same question, since many names have no address of one
-- family.
-- Every probe counts once in a bin, however often it looked, in millionths: see beats.sql.
WITH
    looked AS
    (
        SELECT kind, target, query, class, country, asn, probe, failure, generated, measured_at,
            toStartOfInterval(measured_at, INTERVAL 30 MINUTE) AS half_hour,
            if(class = 'service', domain(target), '') AS service
        FROM v_measurements
        WHERE source = 'lamplight' AND vantage = 'probe' AND kind IN ('dns', 'tcp', 'tls', 'http') AND (class != 'service' OR kind = 'http')
            AND (kind != 'dns' OR resolver IN ('system', 'isp') AND transport IN ('system', 'udp') AND query IN ('A', 'AAAA'))
            AND NOT decoy AND measured_at >= toDateTime64(?, 3, 'UTC') AND measured_at < toDateTime64(?, 3, 'UTC') AND {{placed}}
    ),
    reached AS
    (
        SELECT kind, target, query, toStartOfInterval(measured_at, INTERVAL 30 MINUTE) AS half_hour,
            groupUniqArray(country) AS reached_from
        FROM v_measurements
        WHERE source = 'lamplight' AND kind IN ('dns', 'tcp', 'tls', 'http') AND failure = '' AND NOT decoy AND measured_at >= toDateTime64(?, 3, 'UTC') AND measured_at < toDateTime64(?, 3, 'UTC')
            AND (vantage = 'control' OR {{placed}})
        GROUP BY kind, target, query, half_hour
    )
SELECT
    bin,
    country,
    asn,
    kind,
    service,
    sum(1000000) AS tried,
    sum(own_succeeded) AS succeeded,
    count() AS probes,
    max(own_generated) AS generated
FROM
(
    SELECT
        toStartOfInterval(measured_at, INTERVAL 5 MINUTE) AS bin,
        country,
        asn,
        kind,
        service,
        probe,
        intDiv(1000000 * countIf(failure = ''), count()) AS own_succeeded,
        max(looked.generated) AS own_generated
    FROM looked
    INNER JOIN reached USING (kind, target, query, half_hour)
    WHERE arrayExists(c -> c != country AND c != 'ZZ', reached_from)
    GROUP BY bin, country, asn, kind, service, probe
)
GROUP BY bin, country, asn, kind, service
ORDER BY bin, country, asn, kind, service
