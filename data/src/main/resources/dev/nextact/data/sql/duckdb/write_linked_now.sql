-- before: a file of tab-separated text with a shopper's number and what it gets. after: they lie in a Parquet
-- file, a row is a shopper.
COPY (
    SELECT number AS user_index, acts AS :name
    FROM read_csv(:values, header = false, auto_detect = false, delim = '\t', quote = '', escape = '',
                  new_line = '\n', nullstr = '', columns = {'number': 'INTEGER', 'acts': 'VARCHAR'})
    ORDER BY number
) TO :file (FORMAT parquet, COMPRESSION zstd);
