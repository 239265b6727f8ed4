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
    -- Of each control, of how many sites that somebody else got a page it got one.
    pages AS
    (
        SELECT probe AS key, vantage AS seen_by, target AS site, max(failure = '') AS got
        FROM v_measurements
        WHERE source = 'lamplight' AND kind = 'http' AND check != 0
            AND measured_at >= since - toIntervalSecond(within) AND measured_at < until + toIntervalSecond(within)
        GROUP BY key, seen_by, site
    ),
    shares AS
    (
        SELECT key AS of_control, countIf(others > 0) AS pages_of_others, countIf(others > 0 AND got) AS pages_too
        FROM (SELECT key, seen_by, got, sum(got) OVER (PARTITION BY site) - got AS others FROM pages)
        WHERE seen_by = 'control'
        GROUP BY of_control
    ),
    -- Of each look, whom nothing was heard of in the quarter of an hour before it or after it, and how many names or hosts
    -- were asked for in vain: resolvers, and HTTP/3 with those who speak it with a control. A resolver that was heard may have
    -- led to no name, or with all of them to the same place: that counts where a name at home was among them, which lists of
    -- what is allowed let pass. Names below one registered name count once.
    questions AS
    (
        SELECT probe AS key, batch, check, toUnixTimestamp(measured_at) AS at, if(kind = 'quic', 'quic', resolver) AS whom, splitByChar(':', lower(target))[1] AS host,
            if(cutToFirstSignificantSubdomain(host) != '', cutToFirstSignificantSubdomain(host), host) AS name,
            failure IN ('', 'dns_nxdomain_error', 'dns_no_answer', 'dns_bogon_error') AS heard,
            has(answer_classes, 'public') AS leads, class = 'domestic' AS home,
            if(query = 'A' AND leads, arrayStringConcat(arraySort(answers), ' '), '') AS said
        FROM v_measurements
        WHERE source = 'lamplight' AND vantage = 'probe' AND check != 0
            AND measured_at >= since - toIntervalSecond(1200) AND measured_at < until + toIntervalSecond(1200)
            AND (kind = 'dns' AND query IN ('A', 'AAAA')
                OR kind = 'quic' AND position(address, ':') = 0 AND target IN (
                    SELECT target FROM v_measurements
                    WHERE source = 'lamplight' AND vantage = 'control' AND kind = 'quic' AND failure = ''
                        AND measured_at >= since - toIntervalSecond(within) AND measured_at < until + toIntervalSecond(within)))
    ),
    silences AS
    (
        SELECT key, batch, check, whom, toUInt64(max(greatest(if(heard_before, 0, names_before), if(heard_after, 0, names_after)))) AS names,
            toUInt64(max(greatest(
                if(heard_before AND home_before AND (led_before = 0 OR led_before = names_before AND places_before = 1), names_before, 0),
                if(heard_after AND home_after AND (led_after = 0 OR led_after = names_after AND places_after = 1), names_after, 0)))) AS lied
        FROM
        (
            SELECT key, batch, check, whom,
                max(heard) OVER before AS heard_before, uniqExact(name) OVER before AS names_before, max(home) OVER before AS home_before,
                uniqExactIf(name, leads) OVER before AS led_before, uniqExactIf(said, said != '') OVER before AS places_before,
                max(heard) OVER after AS heard_after, uniqExact(name) OVER after AS names_after, max(home) OVER after AS home_after,
                uniqExactIf(name, leads) OVER after AS led_after, uniqExactIf(said, said != '') OVER after AS places_after
            FROM questions
            WINDOW
                before AS (PARTITION BY key, whom ORDER BY at RANGE BETWEEN 900 PRECEDING AND CURRENT ROW),
                after AS (PARTITION BY key, whom ORDER BY at RANGE BETWEEN CURRENT ROW AND 900 FOLLOWING)
        )
        GROUP BY key, batch, check, whom
        HAVING names > 0 OR whom != 'quic' AND lied > 0
    ),
    silent AS
    (
        SELECT key AS asker, batch AS of_batch, check AS of_check, groupArray(whom) AS silent, groupArray(names) AS silent_names, groupArray(lied) AS lied_names
        FROM silences
        GROUP BY asker, of_batch, of_check
    ),
    beside AS
    (
        SELECT around.*, pages_of_others, pages_too, silent, silent_names, lied_names
        FROM around
        LEFT JOIN shares ON around.key = shares.of_control
        LEFT JOIN silent ON around.key = silent.asker AND around.batch = silent.of_batch AND around.check = silent.of_check
    )
SELECT m.*, beside.* EXCEPT (batch, check, key, seen_by),
    {{placed}} AS located
FROM v_measurements AS m
INNER JOIN beside ON m.probe = beside.key AND m.batch = beside.batch AND m.check = beside.check
WHERE m.source = 'lamplight' AND m.kind != 'beat'
    AND m.measured_at >= since - toIntervalSecond(within + 300) AND m.measured_at < until + toIntervalSecond(within + 300)
ORDER BY site, m.vantage, began, m.probe, m.batch, m.check, m.measured_at, m.id
SETTINGS max_bytes_before_external_sort = 1000000000
