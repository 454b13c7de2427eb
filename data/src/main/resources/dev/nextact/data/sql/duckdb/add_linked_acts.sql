-- before: prepared events in a Parquet file, and a file of tab-separated text with a row's number and what
-- it gets. after: the events, in the same order, with the column :name in a Parquet file.
COPY (
    SELECT e.* EXCLUDE (file_row_number), v.acts AS :name
    FROM read_parquet(:events, file_row_number = true) AS e
    LEFT JOIN read_csv(:values, header = false, auto_detect = false, delim = '\t', quote = '', escape = '',
                       new_line = '\n', nullstr = '', columns = {'number': 'BIGINT', 'acts': 'VARCHAR'}) AS v
      ON v.number = e.file_row_number
    ORDER BY e.file_row_number
) TO :file (FORMAT parquet, COMPRESSION zstd);
