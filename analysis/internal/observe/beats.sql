-- Every probe counts once in a bin, however often it beat: around an onset the probes that saw it beat four times as often as
-- the others, and would outvote them. Anchors are in millionths of one probe's mean, whole numbers whose sum has no order.
SELECT
    bin,
    country,
    asn,
    count() AS heard,
    countIf(prompt) AS settled,
    countIf(reached) AS online,
    sum(own_domestic_tried) AS domestic_tried,
    sum(own_domestic_answered) AS domestic_answered,
    sum(own_foreign_tried) AS foreign_tried,
    sum(own_foreign_answered) AS foreign_answered,
    countIf(elsewhere) AS relayed,
    max(own_generated) AS generated
FROM
(
    SELECT
        toStartOfInterval(measured_at, INTERVAL 5 MINUTE) AS bin,
        country,
        asn,
        probe,
        max(received_at <= measured_at + INTERVAL 15 MINUTE OR received_at <= toDateTime64(?, 3, 'UTC')) AS prompt,
        max(m.domestic_answered + m.foreign_answered > 0) AS reached,
        intDiv(1000000 * sum(m.domestic_tried), count()) AS own_domestic_tried,
        intDiv(1000000 * sum(m.domestic_answered), count()) AS own_domestic_answered,
        intDiv(1000000 * sum(m.foreign_tried), count()) AS own_foreign_tried,
        intDiv(1000000 * sum(m.foreign_answered), count()) AS own_foreign_answered,
        max(m.origin != 'located' AND m.domestic_answered + m.foreign_answered > 0) AS elsewhere,
        max(m.generated) AS own_generated
    FROM v_measurements AS m
    WHERE m.source = 'lamplight' AND m.vantage = 'probe' AND m.kind = 'beat' AND m.measured_at >= toDateTime64(?, 3, 'UTC') AND m.measured_at < toDateTime64(?, 3, 'UTC') AND {{placed}}
    GROUP BY bin, country, asn, probe
)
GROUP BY bin, country, asn
ORDER BY bin, country, asn
