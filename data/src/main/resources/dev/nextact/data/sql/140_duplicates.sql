-- before: numbered, rejected_events, user_stretches. after: a row that repeats an earlier one in shopper, item and
-- behaviour is found: at the same time, or within :window microseconds. The first in the order of
-- time and log stays; running numbers are never near. A window below zero looks for nothing near, :exact = 0 for nothing equal.
INSERT INTO :found
SELECT seq, CASE WHEN gap = 0 THEN 'duplicate' ELSE 'near duplicate' END
FROM (
    SELECT n.seq, n.is_clock,
           n.time_micros - lag(n.time_micros) OVER (
               PARTITION BY n.user_number, s.stretch, n.item_number, n.behaviour
               ORDER BY n.time_micros, n.seq) AS gap
    FROM numbered AS n
    LEFT JOIN user_stretches AS s
      ON s.user_number = n.user_number AND s.hour = CAST(floor(n.time_micros / 3600e6) AS BIGINT)
    LEFT JOIN rejected_events AS x ON x.seq = n.seq
    WHERE x.seq IS NULL
    UNION ALL
    -- the first row of a stretch, which comes after the last of the one before
    SELECT seq, is_clock, CASE WHEN is_first THEN gap END
    FROM (
        SELECT seq, is_clock, is_first,
               time_micros - lag(time_micros) OVER (
                   PARTITION BY user_number, item_number, behaviour
                   ORDER BY time_micros, seq) AS gap
        FROM (
            SELECT n.user_number, n.item_number, n.behaviour, n.seq, n.is_clock, n.time_micros,
                   lag(n.seq) OVER by_time IS NULL AS is_first,
                   lead(n.seq) OVER by_time IS NULL AS is_last
            FROM numbered AS n
            JOIN user_stretches AS s
              ON s.user_number = n.user_number
             AND s.hour = CAST(floor(n.time_micros / 3600e6) AS BIGINT)
            LEFT JOIN rejected_events AS x ON x.seq = n.seq
            WHERE x.seq IS NULL
            WINDOW by_time AS (
                PARTITION BY n.user_number, s.stretch, n.item_number, n.behaviour
                ORDER BY n.time_micros, n.seq)
        ) AS of_stretches
        WHERE is_first OR is_last
    ) AS edges
) AS gaps
WHERE gap = 0 AND :exact = 1 OR gap > 0 AND gap <= :window AND is_clock;
