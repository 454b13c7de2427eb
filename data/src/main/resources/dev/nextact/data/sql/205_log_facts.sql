-- before: 200_tables. after: item_attributes has what :column of the log says of each item first, as
-- its :field.
INSERT INTO item_attributes
SELECT i.item_index, f.field, f.value, f.known_micros
FROM (
    SELECT e.item_id, ':field' AS field,
           min_by(e.:column, CAST(e.time_micros AS DECIMAL(38, 0)) * 10000000000000000000 + e.seq) AS value,
           min(e.time_micros) AS known_micros
    FROM raw_events AS e LEFT JOIN rejected_events AS x ON x.seq = e.seq
    WHERE e.:column IS NOT NULL AND x.seq IS NULL GROUP BY e.item_id
) AS f
JOIN items AS i ON i.item_id = f.item_id;
