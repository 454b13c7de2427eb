-- before: raw_events; a row is one readable row of a raw file, seq is its place in the order of files
-- and lines. after: a number for each shopper, item and category, in the order of their names; rows
-- hold numbers, so that all later steps compare whole numbers.
CREATE TABLE user_numbers AS
SELECT CAST(row_number() OVER (ORDER BY user_id) AS INTEGER) AS user_number, user_id
FROM (SELECT user_id FROM raw_events GROUP BY user_id) AS names;

CREATE TABLE item_numbers AS
SELECT CAST(row_number() OVER (ORDER BY item_id) AS INTEGER) AS item_number, item_id
FROM (SELECT item_id FROM raw_events GROUP BY item_id) AS names;

CREATE TABLE category_numbers AS
SELECT CAST(row_number() OVER (ORDER BY category) AS INTEGER) AS category_number, category
FROM (
    SELECT category FROM raw_events WHERE category IS NOT NULL GROUP BY category
    UNION
    SELECT value FROM item_facts WHERE field = 'category' GROUP BY value
) AS names;

-- what a table of items says, where the log itself has no category
CREATE TABLE item_categories AS
SELECT i.item_number, min(c.category_number) AS category_number
FROM item_facts AS f
JOIN item_numbers AS i ON i.item_id = f.item_id
JOIN category_numbers AS c ON c.category = f.value
WHERE f.field = 'category'
GROUP BY i.item_number;

CREATE TABLE numbered AS
SELECT e.seq, u.user_number, i.item_number, e.behaviour, e.time_micros, e.is_clock,
       coalesce(c.category_number, ic.category_number) AS category_number,
       e.price_micros, e.quantity, e.session,
       CASE WHEN e.price_micros < 0 AND :negative_prices = 'flag' THEN 'negative price left out'
            ELSE e.repair END AS repair
FROM raw_events AS e
JOIN user_numbers AS u ON u.user_id = e.user_id
JOIN item_numbers AS i ON i.item_id = e.item_id
LEFT JOIN category_numbers AS c ON c.category = e.category
LEFT JOIN item_categories AS ic ON ic.item_number = i.item_number;

-- a row is a row of numbered that a rule does not keep, or keeps and tells of
CREATE TABLE rejected_events (seq BIGINT, reason STRING);

CREATE TABLE flagged_events (seq BIGINT, reason STRING);
