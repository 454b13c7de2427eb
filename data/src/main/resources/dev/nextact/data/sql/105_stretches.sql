-- before: numbered. after: :table; a row is one hour of one :key (a shopper, an item) with
-- more than :most rows, and its stretch, numbered from 1: hours that follow each other with about
-- :most rows, or one hour with more. Windows sort stretches apart, so that nobody sorts them all at once.
CREATE TABLE :table AS
SELECT :key, hour, 1 + CAST(floor((up_to - events) / CAST(:most AS DOUBLE)) AS INTEGER) AS stretch
FROM (
    SELECT :key, hour, events,
           sum(events) OVER (PARTITION BY :key ORDER BY hour) AS up_to
    FROM (
        SELECT :key, hour, count(*) AS events
        FROM (
            SELECT n.:key, CAST(floor(n.time_micros / 3600e6) AS BIGINT) AS hour
            FROM numbered AS n
            JOIN (
                SELECT :key FROM numbered GROUP BY :key HAVING count(*) > :most
            ) AS crowded ON crowded.:key = n.:key
        ) AS with_hour
        GROUP BY :key, hour
    ) AS hours
) AS summed;
