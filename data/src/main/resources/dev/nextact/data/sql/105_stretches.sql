-- before: numbered. after: user_stretches, item_stretches; a row is one hour of a shopper, or an item,
-- with more than :most rows, and its stretch, numbered from 1: hours that follow each other with about
-- :most rows, or one hour with more. Windows sort stretches apart, so that nobody sorts them all at once.
CREATE TABLE user_stretches AS
SELECT user_number, hour, 1 + CAST(floor((up_to - events) / CAST(:most AS DOUBLE)) AS INTEGER) AS stretch
FROM (
    SELECT user_number, hour, events,
           sum(events) OVER (PARTITION BY user_number ORDER BY hour) AS up_to
    FROM (
        SELECT user_number, hour, count(*) AS events
        FROM (
            SELECT n.user_number, CAST(floor(n.time_micros / 3600e6) AS BIGINT) AS hour
            FROM numbered AS n
            JOIN (
                SELECT user_number FROM numbered GROUP BY user_number HAVING count(*) > :most
            ) AS crowded ON crowded.user_number = n.user_number
        ) AS with_hour
        GROUP BY user_number, hour
    ) AS hours
) AS summed;

CREATE TABLE item_stretches AS
SELECT item_number, hour, 1 + CAST(floor((up_to - events) / CAST(:most AS DOUBLE)) AS INTEGER) AS stretch
FROM (
    SELECT item_number, hour, events,
           sum(events) OVER (PARTITION BY item_number ORDER BY hour) AS up_to
    FROM (
        SELECT item_number, hour, count(*) AS events
        FROM (
            SELECT n.item_number, CAST(floor(n.time_micros / 3600e6) AS BIGINT) AS hour
            FROM numbered AS n
            JOIN (
                SELECT item_number FROM numbered GROUP BY item_number HAVING count(*) > :most
            ) AS crowded ON crowded.item_number = n.item_number
        ) AS with_hour
        GROUP BY item_number, hour
    ) AS hours
) AS summed;
