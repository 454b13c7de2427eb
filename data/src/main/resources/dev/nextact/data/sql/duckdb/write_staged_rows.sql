-- before: staged_rows. after: they lie in a Parquet file and the table is empty.
COPY staged_rows TO :file (FORMAT parquet);

TRUNCATE staged_rows;
