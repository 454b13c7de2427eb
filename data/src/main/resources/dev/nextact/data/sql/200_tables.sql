-- before: kept, session_starts, sessions_before, returns, item_facts, user_facts. after: the prepared tables; item_attributes lacks what 205_log_facts adds.

-- a row is one shopper; numbered in the order of the ids, so that nothing of the future shows
CREATE TABLE kept_users AS
SELECT CAST(row_number() OVER (ORDER BY user_number) - 1 AS INTEGER) AS user_index, user_number
FROM (SELECT user_number FROM kept GROUP BY user_number) AS with_events;

CREATE TABLE users AS
SELECT k.user_index, n.user_id
FROM kept_users AS k
JOIN user_numbers AS n ON n.user_number = k.user_number;

-- a row is one item; numbered from 1 in the order of the ids
CREATE TABLE kept_items AS
SELECT CAST(row_number() OVER (ORDER BY item_number) AS INTEGER) AS item_index, item_number
FROM (SELECT item_number FROM kept GROUP BY item_number) AS with_events;

CREATE TABLE items AS
SELECT k.item_index, n.item_id
FROM kept_items AS k
JOIN item_numbers AS n ON n.item_number = k.item_number;

-- a row is one category; numbered from 1 in the order of the names
CREATE TABLE categories AS
SELECT category_number AS category_index, category FROM category_numbers;

-- a row is one event with its session, numbered from 1 for each shopper
CREATE TEMPORARY VIEW sorted_events AS
SELECT u.user_index, i.item_index, s.behaviour, s.time_micros,
       CAST(coalesce(b.sessions, 0) + sum(s.starts) OVER (
           PARTITION BY s.user_number, s.stretch ORDER BY s.time_micros, s.seq
           ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS INTEGER) AS session,
       s.category_number AS category_index,
       CASE WHEN s.price_micros < 0 AND :negative_prices <> 'keep' THEN NULL
            ELSE s.price_micros END AS price_micros,
       s.quantity, s.seq
FROM session_starts AS s
LEFT JOIN sessions_before AS b ON b.user_number = s.user_number AND b.stretch = s.stretch
JOIN kept_users AS u ON u.user_number = s.user_number
JOIN kept_items AS i ON i.item_number = s.item_number;

-- a row is one value of one item, and since when it is known; of the log the earliest value counts,
-- tables of items have no time. (The time is in whole microseconds, and no log has 10^19 rows: time
-- and place in the log are one number.)
CREATE TABLE item_attributes AS
SELECT i.item_index, f.field, f.value, f.known_micros
FROM (
    SELECT item_id, 'price' AS field,
           regexp_replace(
               concat(CAST(CAST((price_micros - price_micros % 1000000) / 1e6 AS BIGINT) AS STRING),
                      '.', lpad(CAST(price_micros % 1000000 AS STRING), 6, '0')),
               '0{1,5}$', '') AS value,
           known_micros
    FROM (
        SELECT n.item_id,
               min_by(k.price_micros,
                      CAST(k.time_micros AS DECIMAL(38, 0)) * 10000000000000000000 + k.seq)
                   AS price_micros,
               min(k.time_micros) AS known_micros
        FROM kept AS k JOIN item_numbers AS n ON n.item_number = k.item_number
        WHERE k.price_micros >= 0 GROUP BY n.item_id
    ) AS earliest
    UNION ALL
    SELECT item_id, field, value, CAST(NULL AS BIGINT) FROM item_facts
) AS f
JOIN items AS i ON i.item_id = f.item_id;

-- a row is one value of one item of the tables that no event is of
CREATE TABLE unseen_items AS
SELECT f.item_id, f.field, f.value
FROM item_facts AS f
LEFT JOIN items AS i ON i.item_id = f.item_id
WHERE i.item_id IS NULL;

-- a row is one value of one shopper; those without an event are left out
CREATE TABLE user_attributes AS
SELECT u.user_index, f.field, f.value
FROM user_facts AS f
JOIN users AS u ON u.user_id = f.user_id;

-- a row is a return of something bought
CREATE TABLE returned AS
SELECT u.user_index, i.item_index, r.time_micros, r.quantity, r.price_micros, r.purchase_micros
FROM returns AS r
JOIN kept_users AS u ON u.user_number = r.user_number
JOIN kept_items AS i ON i.item_number = r.item_number;

-- a row is an event that a rule found and kept
CREATE TABLE flagged AS
SELECT u.user_index, i.item_index, k.time_micros, f.reason
FROM flagged_events AS f
JOIN kept AS k ON k.seq = f.seq
JOIN kept_users AS u ON u.user_number = k.user_number
JOIN kept_items AS i ON i.item_number = k.item_number;
