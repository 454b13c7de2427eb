-- before: raw_events, rejected_events, item_facts, user_facts. after: the prepared tables.

CREATE TABLE kept AS
SELECT * FROM raw_events WHERE seq NOT IN (SELECT seq FROM rejected_events);

-- a row is one shopper; numbered in the order of the ids, so that nothing of the future shows
CREATE TABLE users AS
SELECT CAST(row_number() OVER (ORDER BY user_id) - 1 AS INTEGER) AS user_index, user_id
FROM (SELECT DISTINCT user_id FROM kept) AS distinct_users;

-- a row is one item; numbered from 1 in the order of the ids
CREATE TABLE items AS
SELECT CAST(row_number() OVER (ORDER BY item_id) AS INTEGER) AS item_index, item_id
FROM (SELECT DISTINCT item_id FROM kept) AS distinct_items;

-- a row is one event; the table is in the order of shopper, time, and the log
CREATE TABLE events AS
SELECT u.user_index, i.item_index, k.behaviour, k.time_micros
FROM kept AS k
JOIN users AS u ON u.user_id = k.user_id
JOIN items AS i ON i.item_id = k.item_id
ORDER BY u.user_index, k.time_micros, k.seq;

-- a row is one value of one item; from the log the newest value counts. These are facts of the
-- whole log: what learns from them must mind its cut-off.
CREATE TABLE item_attributes AS
SELECT i.item_index, f.field, f.value
FROM (
    SELECT item_id, 'category' AS field, arg_max(category, seq) AS value
    FROM kept WHERE category IS NOT NULL GROUP BY item_id
    UNION ALL
    SELECT item_id, 'brand', arg_max(brand, seq)
    FROM kept WHERE brand IS NOT NULL GROUP BY item_id
    UNION ALL
    SELECT item_id, 'price', CAST(arg_max(price, seq) AS VARCHAR)
    FROM kept WHERE price IS NOT NULL GROUP BY item_id
    UNION ALL
    SELECT item_id, field, value FROM item_facts
) AS f
JOIN items AS i ON i.item_id = f.item_id
ORDER BY i.item_index, f.field, f.value;

-- a row is one value of one shopper; those without an event are left out
CREATE TABLE user_attributes AS
SELECT u.user_index, f.field, f.value
FROM user_facts AS f
JOIN users AS u ON u.user_id = f.user_id
ORDER BY u.user_index, f.field, f.value;
