-- before: a table. after: its rows lie in a Parquet file, in the given order.
COPY (SELECT * FROM :table ORDER BY :order) TO :file (FORMAT parquet, COMPRESSION zstd);
