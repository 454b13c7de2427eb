-- before: raw_events, rejected_events. after: in files in the order of time, a row more than a day
-- away from both its neighbours, which are less than a day apart, is found: a clock had jumped.
INSERT INTO :found
SELECT seq, 'clock jump'
FROM (
    SELECT e.seq, e.time_micros,
           lag(e.time_micros) OVER (PARTITION BY e.file ORDER BY e.line) AS before,
           lead(e.time_micros) OVER (PARTITION BY e.file ORDER BY e.line) AS after
    FROM raw_events AS e
    LEFT JOIN rejected_events AS x ON x.seq = e.seq
    WHERE e.is_clock AND e.is_in_order AND x.seq IS NULL
) AS neighbours
WHERE abs(time_micros - before) > 86400000000
  AND abs(time_micros - after) > 86400000000
  AND abs(after - before) < 86400000000;
