-- before: staged_rejected. after: they lie in a Parquet file.
COPY staged_rejected TO :file (FORMAT parquet, COMPRESSION zstd);
