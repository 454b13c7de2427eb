-- before: odd_rows, and a file of tab-separated text with the other rows. after: all of them lie in a
-- Parquet file and odd_rows is empty.
COPY (
    SELECT *
    FROM read_csv(:text, header = false, auto_detect = false, delim = '\t', quote = '', escape = '',
                  new_line = '\n', nullstr = '', columns = {
        'line': 'BIGINT', 'user_id': 'VARCHAR', 'item_id': 'VARCHAR', 'behaviour': 'TINYINT',
        'time_micros': 'BIGINT', 'category': 'VARCHAR', 'brand': 'VARCHAR', 'price_micros': 'BIGINT',
        'quantity': 'BIGINT', 'session': 'VARCHAR', 'repair': 'VARCHAR' :fields})
    UNION ALL
    SELECT * FROM odd_rows
) TO :file (FORMAT parquet);

TRUNCATE odd_rows;
