-- before: past. after: session_features; a row is one session of one shopper before the cut-off.
CREATE TABLE session_features AS
SELECT s.user_index, s.session,
       s.start_micros,
       s.events,
       s.{behaviour}_events,
       s.seconds,
       s.items,
       s.categories,
       s.cart_items,
       s.cart_categories,
       s.spend,
       s.hour,
       s.weekday,
       CAST(floor((s.start_micros - lag(s.end_micros) OVER (
           PARTITION BY s.user_index ORDER BY s.session)) / 1e6) AS BIGINT)
           AS seconds_since_session
FROM (
    SELECT user_index, session,
           min(time_micros) AS start_micros,
           max(time_micros) AS end_micros,
           count(*) AS events,
           count(*) FILTER (WHERE behaviour = {index}) AS {behaviour}_events,
           CAST(floor((max(time_micros) - min(time_micros)) / 1e6) AS BIGINT) AS seconds,
           count(DISTINCT item_index) AS items,
           count(DISTINCT category_index) AS categories,
           count(DISTINCT CASE WHEN behaviour = :cart THEN item_index END) AS cart_items,
           count(DISTINCT CASE WHEN behaviour = :cart THEN category_index END) AS cart_categories,
           CAST(coalesce(sum(spend_micros), 0) AS DOUBLE) / 1e6 AS spend,
           CAST(floor(min(time_micros) / 3600e6) AS BIGINT) % 24 AS hour,
           (CAST(floor(min(time_micros) / 86400e6) AS BIGINT) + 3) % 7 AS weekday
    FROM past
    GROUP BY user_index, session
) AS s;
