-- The records of all looks that began in an hour, target by target, those of controls before those of probes. Looks of
-- controls reach as far beyond the hour as they may be from a probe's. Bytes that two keys signed are two batches.
WITH
    ? AS since, ? AS until, ? AS within, ? AS only_country, ? AS only_target,
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
    )
SELECT m.*, around.* EXCEPT (batch, check, key, seen_by),
    {{placed}} AS located
FROM v_measurements AS m
INNER JOIN around ON m.probe = around.key AND m.batch = around.batch AND m.check = around.check
WHERE m.source = 'lamplight' AND m.kind != 'beat'
    AND m.measured_at >= since - toIntervalSecond(within + 300) AND m.measured_at < until + toIntervalSecond(within + 300)
ORDER BY site, m.vantage, began, m.probe, m.batch, m.check, m.measured_at, m.id
SETTINGS max_bytes_before_external_sort = 1000000000
