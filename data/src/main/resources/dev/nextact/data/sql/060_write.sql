-- before: the prepared tables. after: they lie as Parquet in a directory.
COPY (SELECT * FROM events) TO :events (FORMAT parquet, COMPRESSION zstd);
COPY (SELECT * FROM users ORDER BY user_index) TO :users (FORMAT parquet, COMPRESSION zstd);
COPY (SELECT * FROM items ORDER BY item_index) TO :items (FORMAT parquet, COMPRESSION zstd);
COPY (SELECT * FROM item_attributes ORDER BY item_index, field, value) TO :item_attributes (FORMAT parquet, COMPRESSION zstd);
COPY (SELECT * FROM user_attributes ORDER BY user_index, field, value) TO :user_attributes (FORMAT parquet, COMPRESSION zstd);
