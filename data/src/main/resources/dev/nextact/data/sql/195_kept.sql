-- before: numbered, rejected_events, user_stretches. after: kept, the rows that no rule rejects, and session_starts.

CREATE TEMPORARY VIEW kept AS
SELECT n.*
FROM numbered AS n
LEFT JOIN rejected_events AS x ON x.seq = n.seq
WHERE x.seq IS NULL;

-- a row is one event of a shopper, and whether a session starts with it: a new one begins where the
-- log's session changes or, where it has none, after a pause of half an hour. The first event of a
-- stretch is taken for a start.
CREATE TEMPORARY VIEW session_starts AS
SELECT k.*, t.stretch,
       lag(k.seq) OVER by_time IS NULL AS is_first,
       lead(k.seq) OVER by_time IS NULL AS is_last,
       CASE WHEN k.session = lag(k.session) OVER by_time THEN 0
            WHEN k.session IS NULL
             AND lag(k.session) OVER by_time IS NULL
             AND k.time_micros - lag(k.time_micros) OVER by_time <= 1800000000 THEN 0
            ELSE 1 END AS starts
FROM kept AS k
LEFT JOIN user_stretches AS t
  ON t.user_number = k.user_number AND t.hour = CAST(floor(k.time_micros / 3600e6) AS BIGINT)
WINDOW by_time AS (PARTITION BY k.user_number, t.stretch ORDER BY k.time_micros, k.seq);
