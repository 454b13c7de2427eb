-- before: sorted_events. after: they lie in a Parquet file, in the order of shopper, time and log.
COPY (SELECT * EXCLUDE (seq) FROM sorted_events ORDER BY user_index, time_micros, seq)
TO :file (FORMAT parquet, COMPRESSION zstd);
