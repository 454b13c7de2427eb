-- before: numbered. after: rows with a price below zero, returns aside, are rejected.
INSERT INTO rejected_events
SELECT n.seq, 'negative price'
FROM numbered AS n
LEFT JOIN rejected_events AS x ON x.seq = n.seq
WHERE n.price_micros < 0 AND coalesce(n.quantity, 1) >= 0 AND x.seq IS NULL;
