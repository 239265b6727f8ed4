-- What is stored of each half hour, as one number that does not depend on the order in which it came. That a key was found
-- where it says that it is belongs to it, and where that is: a copy of a record that came earlier may say another place.
SELECT toStartOfInterval(measured_at, INTERVAL 30 MINUTE) AS at,
    sum(cityHash64(id, country, asn, {{placed}})) AS seen
FROM v_measurements
WHERE source = 'lamplight' AND measured_at >= toDateTime64(?, 3, 'UTC') AND measured_at < toDateTime64(?, 3, 'UTC')
GROUP BY at
