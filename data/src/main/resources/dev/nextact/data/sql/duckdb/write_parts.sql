-- before: Parquet files, each a part of a table and in its order. after: the rows of all of them lie in
-- one file, part after part.
COPY (SELECT * FROM read_parquet(:parts)) TO :file (FORMAT parquet, COMPRESSION zstd);
