-- before: the prepared events and returns. after: a row is an item, a kind of act and a period with such an
-- act: how many acts, their units, and the mean price of a unit. A return takes its units off only where the
-- purchase it is of lies in the same period: then an order was taken back, and at any cut-off between periods
-- both or neither are known. Later returns are no less demand.
SELECT i.item_id, acts.period, acts.behaviour, acts.acts,
       greatest(0, acts.units - coalesce(back.units, 0)) AS units, acts.price_micros
FROM (
    SELECT item_index, behaviour, (time_micros - :start) // :period AS period, count(*) AS acts,
           sum(coalesce(quantity, 1)) AS units,
           sum(price_micros * coalesce(quantity, 1.0))
               / nullif(sum(CASE WHEN price_micros IS NULL THEN 0 ELSE coalesce(quantity, 1) END), 0)
               AS price_micros
    FROM read_parquet(:events)
    WHERE time_micros >= :start AND time_micros < :before
    GROUP BY item_index, behaviour, period
) AS acts
LEFT JOIN (
    SELECT item_index, (time_micros - :start) // :period AS period, sum(quantity) AS units
    FROM read_parquet(:returns)
    WHERE time_micros < :before AND purchase_micros >= :start
      AND (time_micros - :start) // :period = (purchase_micros - :start) // :period
    GROUP BY item_index, period
) AS back ON back.item_index = acts.item_index AND back.period = acts.period AND acts.behaviour = :purchase
JOIN read_parquet(:items) AS i ON i.item_index = acts.item_index
ORDER BY i.item_id, acts.period, acts.behaviour;
