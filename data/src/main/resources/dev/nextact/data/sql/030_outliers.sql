-- before: raw_events, rejected_events. after: busy_users; a row is one shopper with more than
-- :most events on some day (UTC), which no person makes.
CREATE TABLE busy_users AS
SELECT user_id
FROM (
    SELECT user_id, floor(time_micros / 86400000000.0) AS day, count(*) AS events
    FROM raw_events
    WHERE seq NOT IN (SELECT seq FROM rejected_events)
    GROUP BY user_id, floor(time_micros / 86400000000.0)
) AS days
WHERE events > :most
GROUP BY user_id;
