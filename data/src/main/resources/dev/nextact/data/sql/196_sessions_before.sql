-- before: session_starts. after: sessions_before; a row is a stretch, and how many sessions are to be
-- added to those counted within it: those of the stretches before, less one for each stretch that
-- goes on with the last session of the one before.
CREATE TABLE sessions_before AS
SELECT user_number, stretch,
       sum(more) OVER (
           PARTITION BY user_number ORDER BY stretch
           ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS sessions
FROM (
    SELECT user_number, stretch, is_first,
           coalesce(lag(sessions) OVER by_time, 0)
               - CASE WHEN session = lag(session) OVER by_time THEN 1
                      WHEN session IS NULL
                       AND lag(session) OVER by_time IS NULL
                       AND time_micros - lag(time_micros) OVER by_time <= 1800000000 THEN 1
                      ELSE 0 END AS more
    FROM (
        SELECT user_number, stretch, session, time_micros, seq, is_first, is_last,
               sum(starts) OVER (
                   PARTITION BY user_number, stretch ORDER BY time_micros, seq
                   ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS sessions
        FROM session_starts
        WHERE stretch IS NOT NULL
    ) AS counted
    WHERE is_first OR is_last
    WINDOW by_time AS (PARTITION BY user_number ORDER BY time_micros, seq)
) AS edges
WHERE is_first;
