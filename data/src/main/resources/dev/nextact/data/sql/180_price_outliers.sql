-- before: numbered, rejected_events. after: a row whose price is more than ten times its item's
-- median price, or less than a tenth, is found, where the item has 5 prices or more. Prices are
-- counted before they are ordered, so that an item with millions of events has few rows.
INSERT INTO :found
SELECT n.seq, 'price far from the median of the item'
FROM numbered AS n
JOIN (
    SELECT item_number, min(price_micros) AS median
    FROM (
        SELECT item_number, price_micros, events,
               sum(events) OVER (PARTITION BY item_number ORDER BY price_micros
                                 ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS up_to,
               sum(events) OVER (PARTITION BY item_number) AS all_events
        FROM (
            SELECT item_number, price_micros, count(*) AS events
            FROM numbered
            WHERE price_micros > 0
            GROUP BY item_number, price_micros
        ) AS prices
    ) AS cumulated
    WHERE all_events >= 5 AND up_to * 2 >= all_events
    GROUP BY item_number
) AS m ON m.item_number = n.item_number
LEFT JOIN rejected_events AS x ON x.seq = n.seq
WHERE x.seq IS NULL
  AND n.price_micros > 0
  AND (n.price_micros > 10 * m.median OR n.price_micros * 10 < m.median);
