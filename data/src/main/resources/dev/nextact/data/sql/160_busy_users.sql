-- before: numbered, rejected_events. after: every row of a shopper from the first day (UTC) on with
-- more than :most events, which no person makes, is found. Days before it are not judged by it; running numbers have no days.
INSERT INTO :found
SELECT n.seq, 'more events a day than max_events_per_user_day'
FROM numbered AS n
JOIN (
    SELECT user_number, min(day) AS first_day
    FROM (
        SELECT user_number, day, count(*) AS events
        FROM (
            SELECT n2.user_number, CAST(floor(n2.time_micros / 86400e6) AS BIGINT) AS day
            FROM numbered AS n2
            LEFT JOIN rejected_events AS x2 ON x2.seq = n2.seq
            WHERE n2.is_clock AND x2.seq IS NULL
        ) AS with_day
        GROUP BY user_number, day
    ) AS days
    WHERE events > :most
    GROUP BY user_number
) AS b ON b.user_number = n.user_number
LEFT JOIN rejected_events AS x ON x.seq = n.seq
WHERE n.is_clock AND x.seq IS NULL AND n.time_micros >= b.first_day * 86400000000;
