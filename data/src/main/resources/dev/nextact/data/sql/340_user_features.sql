-- before: past, past_returns, session_features, user_item_features, user_category_features. after:
-- user_features; a row is one shopper with an event before the cut-off.
CREATE TABLE user_features AS
SELECT e.user_index,
       e.events_all,
       e.{behaviour}_1d, e.{behaviour}_7d, e.{behaviour}_30d, e.{behaviour}_all,
       CASE WHEN e.of_first > 0 THEN e.of_target / CAST(e.of_first AS DOUBLE) END AS conversion,
       CASE WHEN e.of_cart > 0 THEN e.of_target / CAST(e.of_cart AS DOUBLE) END AS cart_conversion,
       i.items, i.items_30d, i.items_bought_again,
       coalesce(c.categories, 0) AS categories,
       c.top_category_share,
       e.days_since_first, e.days_since_last, e.days_since_target,
       e.gap_mean_seconds, e.gap_median_seconds, e.gap_deviation_seconds,
       CASE WHEN e.of_target > 1
            THEN (e.days_since_first_target - e.days_since_target) / (e.of_target - 1) END
           AS target_gap_mean_days,
       e.dwell_mean_seconds,
       s.sessions, s.sessions_7d, s.sessions_30d,
       s.session_mean_events, s.session_mean_seconds, s.single_event_share, s.target_session_share,
       e.spend_all, e.spend_30d,
       s.basket_mean_items, s.basket_mean_spend,
       s.cart_mean_items, s.cart_mean_categories, s.last_cart_items, s.last_cart_categories,
       e.price_mean, e.target_price_mean,
       e.target_price_mean / nullif(e.price_mean, 0) AS price_level,
       e.night_share, e.morning_share, e.afternoon_share, e.evening_share, e.weekend_share,
       (e.events_7d - e.events_8d_to_14d)
           / CAST(nullif(e.events_7d + e.events_8d_to_14d, 0) AS DOUBLE) AS trend_7d,
       (e.events_30d - e.events_31d_to_60d)
           / CAST(nullif(e.events_30d + e.events_31d_to_60d, 0) AS DOUBLE) AS trend_30d,
       coalesce(r.returns, 0) AS returns
FROM (
    SELECT user_index,
           count(*) AS events_all,
           count(*) FILTER (WHERE behaviour = {index} AND age_micros <= 86400000000) AS {behaviour}_1d,
           count(*) FILTER (WHERE behaviour = {index} AND age_micros <= 604800000000) AS {behaviour}_7d,
           count(*) FILTER (WHERE behaviour = {index} AND age_micros <= 2592000000000) AS {behaviour}_30d,
           count(*) FILTER (WHERE behaviour = {index}) AS {behaviour}_all,
           count(*) FILTER (WHERE behaviour = 0) AS of_first,
           count(*) FILTER (WHERE behaviour = :cart) AS of_cart,
           count(*) FILTER (WHERE behaviour = :target) AS of_target,
           count(*) FILTER (WHERE age_micros <= 604800000000) AS events_7d,
           count(*) FILTER (WHERE age_micros > 604800000000 AND age_micros <= 1209600000000)
               AS events_8d_to_14d,
           count(*) FILTER (WHERE age_micros <= 2592000000000) AS events_30d,
           count(*) FILTER (WHERE age_micros > 2592000000000 AND age_micros <= 5184000000000)
               AS events_31d_to_60d,
           max(age_micros) / 86400e6 AS days_since_first,
           min(age_micros) / 86400e6 AS days_since_last,
           min(CASE WHEN behaviour = :target THEN age_micros END) / 86400e6
               AS days_since_target,
           max(CASE WHEN behaviour = :target THEN age_micros END) / 86400e6
               AS days_since_first_target,
           CAST(sum(gap_seconds) AS DOUBLE) / nullif(count(gap_seconds), 0) AS gap_mean_seconds,
           CAST(median(gap_seconds) AS DOUBLE) AS gap_median_seconds,
           sqrt(greatest(0.0,
               CAST(sum(gap_seconds * gap_seconds) AS DOUBLE) / nullif(count(gap_seconds), 0)
               - CAST(sum(gap_seconds) AS DOUBLE) / nullif(count(gap_seconds), 0)
               * CAST(sum(gap_seconds) AS DOUBLE) / nullif(count(gap_seconds), 0)))
               AS gap_deviation_seconds,
           CAST(sum(dwell_seconds) AS DOUBLE) / nullif(count(dwell_seconds), 0)
               AS dwell_mean_seconds,
           CAST(coalesce(sum(spend_micros), 0) AS DOUBLE) / 1e6 AS spend_all,
           CAST(coalesce(sum(CASE WHEN age_micros <= 2592000000000 THEN spend_micros END), 0)
               AS DOUBLE) / 1e6 AS spend_30d,
           CAST(sum(price_micros) AS DOUBLE) / nullif(count(price_micros), 0) / 1e6
               AS price_mean,
           CAST(sum(CASE WHEN behaviour = :target THEN price_micros END) AS DOUBLE)
               / nullif(count(CASE WHEN behaviour = :target THEN price_micros END), 0) / 1e6
               AS target_price_mean,
           count(*) FILTER (WHERE hour < 6) / CAST(count(*) AS DOUBLE) AS night_share,
           count(*) FILTER (WHERE hour >= 6 AND hour < 12) / CAST(count(*) AS DOUBLE)
               AS morning_share,
           count(*) FILTER (WHERE hour >= 12 AND hour < 18) / CAST(count(*) AS DOUBLE)
               AS afternoon_share,
           count(*) FILTER (WHERE hour >= 18) / CAST(count(*) AS DOUBLE) AS evening_share,
           count(*) FILTER (WHERE weekday >= 5) / CAST(count(*) AS DOUBLE) AS weekend_share
    FROM (
        SELECT p.*,
               CAST(floor(time_micros / 3600e6) AS BIGINT) % 24 AS hour,
               (CAST(floor(time_micros / 86400e6) AS BIGINT) + 3) % 7 AS weekday
        FROM past AS p
    ) AS with_hour
    GROUP BY user_index
) AS e
JOIN (
    SELECT user_index,
           count(*) AS items,
           count(*) FILTER (WHERE events_30d > 0) AS items_30d,
           count(*) FILTER (WHERE {target}_events > 1) AS items_bought_again
    FROM user_item_features
    GROUP BY user_index
) AS i ON i.user_index = e.user_index
JOIN (
    SELECT user_index,
           count(*) AS sessions,
           count(*) FILTER (WHERE :cut_off - start_micros <= 604800000000) AS sessions_7d,
           count(*) FILTER (WHERE :cut_off - start_micros <= 2592000000000) AS sessions_30d,
           CAST(sum(events) AS DOUBLE) / count(*) AS session_mean_events,
           CAST(sum(seconds) AS DOUBLE) / count(*) AS session_mean_seconds,
           count(*) FILTER (WHERE events = 1) / CAST(count(*) AS DOUBLE) AS single_event_share,
           count(*) FILTER (WHERE {target}_events > 0) / CAST(count(*) AS DOUBLE)
               AS target_session_share,
           CAST(sum({target}_events) AS DOUBLE)
               / nullif(count(*) FILTER (WHERE {target}_events > 0), 0) AS basket_mean_items,
           CAST(sum(CAST(round(spend * 1000000) AS BIGINT)) AS DOUBLE) / 1e6
               / nullif(count(*) FILTER (WHERE {target}_events > 0), 0) AS basket_mean_spend,
           CAST(sum(cart_items) AS DOUBLE) / nullif(count(*) FILTER (WHERE cart_items > 0), 0)
               AS cart_mean_items,
           CAST(sum(cart_categories) AS DOUBLE) / nullif(count(*) FILTER (WHERE cart_items > 0), 0)
               AS cart_mean_categories,
           max_by(cart_items, session) FILTER (WHERE cart_items > 0) AS last_cart_items,
           max_by(cart_categories, session) FILTER (WHERE cart_items > 0) AS last_cart_categories
    FROM session_features
    GROUP BY user_index
) AS s ON s.user_index = e.user_index
LEFT JOIN (
    SELECT user_index, count(*) AS categories, max(share_of_events) AS top_category_share
    FROM user_category_features
    GROUP BY user_index
) AS c ON c.user_index = e.user_index
LEFT JOIN (
    SELECT user_index, count(*) AS returns FROM past_returns GROUP BY user_index
) AS r ON r.user_index = e.user_index;
