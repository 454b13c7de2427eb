-- before: the prepared events. after: a row is a shopper who bought before the cut-off at a known price: what
-- the purchases were worth, and of how many of them the price is known.
SELECT user_index, sum(price_micros * coalesce(quantity, 1.0)) / 1e6 AS spend, count(*) AS purchases
FROM read_parquet(:events)
WHERE behaviour = :purchase AND time_micros < :before AND price_micros IS NOT NULL
GROUP BY user_index
ORDER BY user_index;
