-- What is stored of each half hour, as one number that does not depend on the order in which it came. That a key was found
-- where it says that it is belongs to it.
SELECT toStartOfInterval(measured_at, INTERVAL 30 MINUTE) AS at,
    sum(cityHash64(id, {{placed}})) AS seen
FROM v_measurements
WHERE source = 'lamplight' AND measured_at >= ? AND measured_at < ?
GROUP BY at
