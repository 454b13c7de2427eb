-- before: numbered, rejected_events. after: returns; a row is one with a negative quantity and the
-- newest purchase of the same item by the same shopper before it, if there is one. :purchase is the
-- index of the behaviour that counts as one.
CREATE TABLE returns AS
SELECT seq, user_number, item_number, time_micros, -quantity AS quantity, price_micros,
       purchase_micros
FROM (
    SELECT n.*,
           max(CASE WHEN n.behaviour = :purchase AND coalesce(n.quantity, 1) > 0
                    THEN n.time_micros END) OVER (
               PARTITION BY n.user_number, n.item_number ORDER BY n.time_micros, n.seq
               ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS purchase_micros
    FROM numbered AS n
    LEFT JOIN rejected_events AS x ON x.seq = n.seq
    WHERE x.seq IS NULL
      AND EXISTS (
          SELECT 1 FROM numbered AS r
          WHERE r.quantity < 0 AND r.user_number = n.user_number AND r.item_number = n.item_number)
) AS with_purchase
WHERE quantity < 0;

INSERT INTO :found
SELECT seq,
       CASE WHEN purchase_micros IS NULL THEN 'return without a purchase'
            ELSE 'return of a purchase' END
FROM returns;
