-- before: past, past_returns, user_item_features. after: item_features; a row is one item with an event
-- before the cut-off.
CREATE TABLE item_features AS
SELECT e.item_index,
       e.events_all,
       e.{behaviour}_1d, e.{behaviour}_7d, e.{behaviour}_30d, e.{behaviour}_all,
       row_number() OVER (ORDER BY e.events_30d DESC, e.item_index) AS rank_30d,
       u.users, u.buyers, u.repeat_buyer_share,
       CASE WHEN e.of_first > 0 THEN e.of_target / CAST(e.of_first AS DOUBLE) END AS conversion,
       CASE WHEN e.of_cart > 0 THEN e.of_target / CAST(e.of_cart AS DOUBLE) END AS cart_conversion,
       (e.events_7d - e.events_8d_to_14d)
           / CAST(nullif(e.events_7d + e.events_8d_to_14d, 0) AS DOUBLE) AS trend_7d,
       (e.events_30d - e.events_31d_to_60d)
           / CAST(nullif(e.events_30d + e.events_31d_to_60d, 0) AS DOUBLE) AS trend_30d,
       e.age_days, e.days_since_last, e.days_since_target,
       n.price, e.price_mean, e.price_least, e.price_most,
       n.price / nullif(e.price_mean, 0) - 1 AS price_change,
       coalesce(r.returns, 0) AS returns,
       coalesce(r.returns, 0) / CAST(nullif(e.of_target, 0) AS DOUBLE) AS return_rate
FROM (
    SELECT item_index,
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
           max(age_micros) / 86400e6 AS age_days,
           min(age_micros) / 86400e6 AS days_since_last,
           min(CASE WHEN behaviour = :target THEN age_micros END) / 86400e6
               AS days_since_target,
           CAST(sum(price_micros) AS DOUBLE) / nullif(count(price_micros), 0) / 1e6
               AS price_mean,
           min(price_micros) / 1e6 AS price_least,
           max(price_micros) / 1e6 AS price_most
    FROM past
    GROUP BY item_index
) AS e
JOIN (
    SELECT item_index,
           count(*) AS users,
           count(*) FILTER (WHERE {target}_events > 0) AS buyers,
           count(*) FILTER (WHERE {target}_events > 1)
               / CAST(nullif(count(*) FILTER (WHERE {target}_events > 0), 0) AS DOUBLE)
               AS repeat_buyer_share
    FROM user_item_features
    GROUP BY item_index
) AS u ON u.item_index = e.item_index
LEFT JOIN (
    -- the newest price; of several at that moment the highest
    SELECT p.item_index, max(p.price_micros) / 1e6 AS price
    FROM past AS p
    JOIN (
        SELECT item_index, max(time_micros) AS time_micros
        FROM past WHERE price_micros IS NOT NULL GROUP BY item_index
    ) AS newest ON newest.item_index = p.item_index AND newest.time_micros = p.time_micros
    GROUP BY p.item_index
) AS n ON n.item_index = e.item_index
LEFT JOIN (
    SELECT item_index, count(*) AS returns FROM past_returns GROUP BY item_index
) AS r ON r.item_index = e.item_index;
