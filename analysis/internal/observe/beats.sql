SELECT
    toStartOfInterval(measured_at, INTERVAL 5 MINUTE) AS bin,
    country,
    asn,
    uniqExact(probe) AS heard,
    uniqExactIf(probe, received_at <= measured_at + INTERVAL 15 MINUTE OR received_at <= ?) AS settled,
    uniqExactIf(probe, m.domestic_answered + m.foreign_answered > 0) AS online,
    sum(m.domestic_tried) AS domestic_tried,
    sum(m.domestic_answered) AS domestic_answered,
    sum(m.foreign_tried) AS foreign_tried,
    sum(m.foreign_answered) AS foreign_answered,
    uniqExactIf(probe, m.origin != 'located' AND m.domestic_answered + m.foreign_answered > 0) AS relayed,
    max(m.generated) AS generated
FROM v_measurements AS m
WHERE m.source = 'lamplight' AND m.vantage = 'probe' AND m.kind = 'beat' AND m.measured_at >= ? AND m.measured_at < ? AND {{placed}}
GROUP BY bin, country, asn
ORDER BY bin, country, asn
