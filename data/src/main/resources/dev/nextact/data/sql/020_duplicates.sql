-- before: raw_events. after: rejected_events holds each row that repeats an earlier one in
-- shopper, item, behaviour and time; the first in the order of the log stays.
INSERT INTO rejected_events
SELECT seq, 'duplicate'
FROM (
    SELECT seq,
           row_number() OVER (
               PARTITION BY user_id, item_id, behaviour, time_micros ORDER BY seq) AS repetition
    FROM raw_events
) AS numbered
WHERE repetition > 1;
