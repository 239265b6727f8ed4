-- The records of all looks that began in an hour, target by target, those of controls before those of probes. Looks of
-- controls reach as far beyond the hour as they may be from a probe's. Bytes that two keys signed are two batches.
WITH
    -- By whole seconds the index would leave out what began in the last second before a full hour.
    toDateTime64(?, 3, 'UTC') AS since, toDateTime64(?, 3, 'UTC') AS until, ? AS within, ? AS only_country, ? AS only_target,
    looks AS
    (
        SELECT probe AS key, batch, check, any(vantage) AS seen_by, any(country) AS place,
            maxIf(target, kind = 'http') AS page,
            if(page != '', page, max(target)) AS site,
            if(page != '', minIf(measured_at, kind = 'http'), min(measured_at)) AS began
        FROM v_measurements
        WHERE source = 'lamplight' AND kind IN ('dns', 'http') AND check != 0
            AND measured_at >= since - toIntervalSecond(within + 300) AND measured_at < until + toIntervalSecond(within + 300)
        GROUP BY key, batch, check
        HAVING (only_target = '' OR site = only_target) AND (
            seen_by = 'control' AND began >= since - toIntervalSecond(within) AND began < until + toIntervalSecond(within)
            OR seen_by = 'probe' AND began >= since AND began < until AND (only_country = '' OR place = only_country))
    ),
    beats AS
    (
        SELECT probe AS key, measured_at AS beat_at, interface, router, domestic_tried, domestic_answered, foreign_tried, foreign_answered
        FROM v_measurements
        WHERE source = 'lamplight' AND kind = 'beat'
            AND measured_at >= since - toIntervalSecond(greatest(within, 600)) AND measured_at < until + toIntervalSecond(greatest(within, 600))
    ),
    before AS
    (
        SELECT looks.batch AS batch, looks.check AS check, looks.seen_by AS seen_by, looks.key AS key, looks.site AS site, looks.began AS began,
            beats.beat_at AS before_at, beats.interface AS before_interface, beats.router AS before_router,
            beats.domestic_tried AS before_domestic_tried, beats.domestic_answered AS before_domestic_answered,
            beats.foreign_tried AS before_foreign_tried, beats.foreign_answered AS before_foreign_answered
        FROM looks ASOF LEFT JOIN beats ON looks.key = beats.key AND looks.began >= beats.beat_at
    ),
    around AS
    (
        SELECT before.*,
            beats.beat_at AS after_at, beats.interface AS after_interface, beats.router AS after_router,
            beats.domestic_tried AS after_domestic_tried, beats.domestic_answered AS after_domestic_answered,
            beats.foreign_tried AS after_foreign_tried, beats.foreign_answered AS after_foreign_answered
        FROM before ASOF LEFT JOIN beats ON before.key = beats.key AND before.began < beats.beat_at
    ),
    -- Of each control and half hour, of how many sites it got the page that others got then: other controls, or probes that were
    -- found in two countries, of which one may be all that a country lets in. A block page is no page.
    pages AS
    (
        SELECT probe AS key, vantage AS seen_by, country AS place, generated, target AS site, toStartOfInterval(measured_at, INTERVAL 30 MINUTE) AS slot,
            max(failure = '' AND fingerprint = '' AND (vantage = 'control' OR {{placed}})) AS got
        FROM v_measurements
        WHERE source = 'lamplight' AND kind = 'http' AND check != 0
            AND measured_at >= toStartOfInterval(since - toIntervalSecond(within), INTERVAL 30 MINUTE)
            AND measured_at < toStartOfInterval(until + toIntervalSecond(within), INTERVAL 30 MINUTE) + INTERVAL 30 MINUTE
        GROUP BY key, seen_by, place, generated, site, slot
    ),
    shares AS
    (
        SELECT key AS of_control, slot AS of_slot, countIf(vouched) AS pages_of_others, countIf(vouched AND got) AS pages_too
        FROM
        (
            SELECT key, seen_by, slot, got,
                sumIf(got, seen_by = 'control') OVER same > got OR uniqExactIf(place, got AND seen_by = 'probe') OVER same > 1 AS vouched
            FROM pages
            WINDOW same AS (PARTITION BY generated, site, slot)
        )
        WHERE seen_by = 'control'
        GROUP BY of_control, of_slot
    ),
    -- Of each look that tried HTTP/3, with how many hosts that speak it with a control the probe tried it in the quarter of an
    -- hour before or after, when it got through to none of them. One try a minute and host is enough to know.
    quic AS
    (
        SELECT probe AS key, batch, check, target AS host, toUnixTimestamp(toStartOfMinute(measured_at)) AS minute, failure = '' AS passed
        FROM v_measurements
        WHERE source = 'lamplight' AND vantage = 'probe' AND kind = 'quic' AND check != 0 AND position(address, ':') = 0
            AND measured_at >= since - toIntervalSecond(1200) AND measured_at < until + toIntervalSecond(1200)
            AND (target, generated) IN
            (
                SELECT target, generated FROM v_measurements
                WHERE source = 'lamplight' AND vantage = 'control' AND kind = 'quic' AND failure = ''
                    AND measured_at >= since - toIntervalSecond(within) AND measured_at < until + toIntervalSecond(within)
            )
    ),
    tries AS
    (
        SELECT key, host, minute, max(passed) AS passed FROM quic GROUP BY key, host, minute
    ),
    runs AS
    (
        SELECT DISTINCT key, minute, greatest(if(passed_before, 0, hosts_before), if(passed_after, 0, hosts_after)) AS hosts
        FROM
        (
            SELECT key, minute,
                max(passed) OVER before AS passed_before, uniqExact(host) OVER before AS hosts_before,
                max(passed) OVER after AS passed_after, uniqExact(host) OVER after AS hosts_after
            FROM tries
            WINDOW
                before AS (PARTITION BY key ORDER BY minute RANGE BETWEEN 900 PRECEDING AND CURRENT ROW),
                after AS (PARTITION BY key ORDER BY minute RANGE BETWEEN CURRENT ROW AND 900 FOLLOWING)
        )
    ),
    in_vain AS
    (
        SELECT quic.key AS of_key, quic.batch AS of_batch, quic.check AS of_check, toUInt64(max(runs.hosts)) AS quic_in_vain
        FROM quic INNER JOIN runs ON quic.key = runs.key AND quic.minute = runs.minute
        GROUP BY of_key, of_batch, of_check
    ),
    beside AS
    (
        SELECT around.*, pages_of_others, pages_too, quic_in_vain
        FROM around
        LEFT JOIN shares ON around.key = shares.of_control AND toStartOfInterval(around.began, INTERVAL 30 MINUTE) = shares.of_slot
        LEFT JOIN in_vain ON around.key = in_vain.of_key AND around.batch = in_vain.of_batch AND around.check = in_vain.of_check
    )
SELECT m.*, beside.* EXCEPT (batch, check, key, seen_by),
    {{placed}} AS located
FROM v_measurements AS m
INNER JOIN beside ON m.probe = beside.key AND m.batch = beside.batch AND m.check = beside.check
WHERE m.source = 'lamplight' AND m.kind != 'beat'
    AND m.measured_at >= since - toIntervalSecond(within + 300) AND m.measured_at < until + toIntervalSecond(within + 300)
ORDER BY site, m.vantage, began, m.probe, m.batch, m.check, m.measured_at, m.id
SETTINGS max_bytes_before_external_sort = 1000000000
