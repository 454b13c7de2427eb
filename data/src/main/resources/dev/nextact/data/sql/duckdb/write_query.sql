-- before: the tables of a query. after: its rows lie in a Parquet file, in the query's order.
COPY (:query) TO :file (FORMAT parquet, COMPRESSION zstd);
