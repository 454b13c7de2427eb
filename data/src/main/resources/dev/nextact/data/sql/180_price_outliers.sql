-- before: numbered, rejected_events, item_stretches. after: a row is found whose price is more than ten times the median
-- of the five prices its item had before it in the order of time and log, or less than a tenth. An
-- item's first five prices are taken at their word, and nothing later than a row decides about it; a
-- price that has really changed so much is found three times, then it is the new median.
INSERT INTO :found
SELECT seq, 'price far from those of the item before'
FROM (
    -- of five numbers the median is that of the fifth, the greater of the smaller halves of two
    -- pairs, and the smaller of their greater halves
    SELECT seq, price_micros,
           greatest(least(inner_low, inner_high),
                    least(greatest(inner_low, inner_high), fifth)) AS median
    FROM (
        SELECT seq, price_micros, fifth,
               greatest(least(first, second), least(third, fourth)) AS inner_low,
               least(greatest(first, second), greatest(third, fourth)) AS inner_high
        FROM (
            SELECT n.seq, n.price_micros,
                   lag(n.price_micros, 1) OVER by_time AS first,
                   lag(n.price_micros, 2) OVER by_time AS second,
                   lag(n.price_micros, 3) OVER by_time AS third,
                   lag(n.price_micros, 4) OVER by_time AS fourth,
                   lag(n.price_micros, 5) OVER by_time AS fifth
            FROM numbered AS n
            LEFT JOIN item_stretches AS s
              ON s.item_number = n.item_number
             AND s.hour = CAST(floor(n.time_micros / 3600e6) AS BIGINT)
            LEFT JOIN rejected_events AS x ON x.seq = n.seq
            WHERE x.seq IS NULL AND n.price_micros > 0
            WINDOW by_time AS (
                PARTITION BY n.item_number, s.stretch ORDER BY n.time_micros, n.seq)
            UNION ALL
            -- the first five rows of a stretch, some of whose five before are of the one before
            SELECT seq, price_micros, first, second, third, fourth,
                   CASE WHEN is_early THEN fifth END
            FROM (
                SELECT seq, price_micros, is_early,
                       lag(price_micros, 1) OVER by_time AS first,
                       lag(price_micros, 2) OVER by_time AS second,
                       lag(price_micros, 3) OVER by_time AS third,
                       lag(price_micros, 4) OVER by_time AS fourth,
                       lag(price_micros, 5) OVER by_time AS fifth
                FROM (
                    SELECT n.item_number, n.seq, n.time_micros, n.price_micros,
                           lag(n.seq, 5) OVER in_stretch IS NULL AS is_early,
                           lead(n.seq, 5) OVER in_stretch IS NULL AS is_late
                    FROM numbered AS n
                    JOIN item_stretches AS s
                      ON s.item_number = n.item_number
                     AND s.hour = CAST(floor(n.time_micros / 3600e6) AS BIGINT)
                    LEFT JOIN rejected_events AS x ON x.seq = n.seq
                    WHERE x.seq IS NULL AND n.price_micros > 0
                    WINDOW in_stretch AS (
                        PARTITION BY n.item_number, s.stretch ORDER BY n.time_micros, n.seq)
                ) AS of_stretches
                WHERE is_early OR is_late
                WINDOW by_time AS (PARTITION BY item_number ORDER BY time_micros, seq)
            ) AS edges
        ) AS with_before
        WHERE fifth IS NOT NULL
    ) AS halves
) AS with_median
WHERE price_micros / 10e0 > median OR price_micros < median / 10e0;
