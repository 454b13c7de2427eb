-- before: user_item_features. after: user_category_features; a row is one shopper and one category that
-- met before the cut-off.
CREATE TABLE user_category_features AS
SELECT user_index, category_index,
       CAST(sum(events) AS BIGINT) AS events,
       CAST(sum({behaviour}_events) AS BIGINT) AS {behaviour}_events,
       CAST(sum(events_7d) AS BIGINT) AS events_7d,
       CAST(sum(events_30d) AS BIGINT) AS events_30d,
       count(*) AS items,
       min(days_since_last) AS days_since_last,
       min(days_since_target) AS days_since_target,
       CAST(sum(events) AS DOUBLE) / CAST(sum(sum(events)) OVER (PARTITION BY user_index) AS DOUBLE)
           AS share_of_events
FROM user_item_features
WHERE category_index IS NOT NULL
GROUP BY user_index, category_index;
