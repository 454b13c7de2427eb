-- before: numbered, rejected_events. after: every row of a shopper is found from the first day (UTC)
-- on that ran like clockwork: 50 events or more, and nine in ten of the pauses between them equal to
-- the second. Days before it are not judged by it.
INSERT INTO :found
SELECT n.seq, 'as regular as clockwork'
FROM numbered AS n
JOIN (
    SELECT user_number, min(day) AS first_day
    FROM (
        SELECT user_number, day, max(pauses) AS most, sum(pauses) AS all_pauses
        FROM (
            SELECT user_number, day, pause, count(*) AS pauses
            FROM (
                SELECT w.user_number, w.day,
                       w.second - lag(w.second) OVER (
                           PARTITION BY w.user_number, w.day
                           ORDER BY w.time_micros, w.seq) AS pause
                FROM (
                    SELECT n2.user_number, n2.time_micros, n2.seq,
                           CAST(floor(n2.time_micros / 86400e6) AS BIGINT) AS day,
                           CAST(floor(n2.time_micros / 1e6) AS BIGINT) AS second
                    FROM numbered AS n2
                    LEFT JOIN rejected_events AS x2 ON x2.seq = n2.seq
                    WHERE n2.is_clock AND x2.seq IS NULL
                ) AS w
                JOIN (
                    SELECT user_number, day
                    FROM (
                        SELECT user_number, CAST(floor(time_micros / 86400e6) AS BIGINT) AS day
                        FROM numbered
                        WHERE is_clock
                    ) AS with_day
                    GROUP BY user_number, day
                    HAVING count(*) >= 50
                ) AS busy ON busy.user_number = w.user_number AND busy.day = w.day
            ) AS paused
            WHERE pause > 0
            GROUP BY user_number, day, pause
        ) AS counted
        GROUP BY user_number, day
    ) AS days
    WHERE all_pauses >= 45 AND most * 10 >= all_pauses * 9
    GROUP BY user_number
) AS r ON r.user_number = n.user_number
LEFT JOIN rejected_events AS x ON x.seq = n.seq
WHERE n.is_clock AND x.seq IS NULL AND n.time_micros >= r.first_day * 86400000000;
