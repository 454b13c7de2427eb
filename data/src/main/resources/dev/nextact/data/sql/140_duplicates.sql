-- before: numbered, rejected_events. after: a row that repeats an earlier one in shopper, item and
-- behaviour is found: at the same time, or within :window microseconds. The first in the order of
-- time and log stays; running numbers are never near. A window below zero looks for nothing near, :exact = 0 for nothing equal.
INSERT INTO :found
SELECT seq, CASE WHEN gap = 0 THEN 'duplicate' ELSE 'near duplicate' END
FROM (
    SELECT n.seq, n.is_clock,
           n.time_micros - lag(n.time_micros) OVER (
               PARTITION BY n.user_number, n.item_number, n.behaviour
               ORDER BY n.time_micros, n.seq) AS gap
    FROM numbered AS n
    LEFT JOIN rejected_events AS x ON x.seq = n.seq
    WHERE x.seq IS NULL
) AS gaps
WHERE gap = 0 AND :exact = 1 OR gap > 0 AND gap <= :window AND is_clock;
