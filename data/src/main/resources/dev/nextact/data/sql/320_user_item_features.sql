-- before: past. after: user_item_features; a row is one shopper and one item that met before the
-- cut-off.
CREATE TABLE user_item_features AS
SELECT user_index, item_index,
       max(category_index) AS category_index,
       count(*) AS events,
       count(*) FILTER (WHERE behaviour = {index}) AS {behaviour}_events,
       count(*) FILTER (WHERE age_micros <= 604800000000) AS events_7d,
       count(*) FILTER (WHERE age_micros <= 2592000000000) AS events_30d,
       min(age_micros) / 86400e6 AS days_since_last,
       min(CASE WHEN behaviour = :target THEN age_micros END) / 86400e6
           AS days_since_target,
       CAST(sum(dwell_seconds) AS BIGINT) AS dwell_seconds
FROM past
GROUP BY user_index, item_index;
