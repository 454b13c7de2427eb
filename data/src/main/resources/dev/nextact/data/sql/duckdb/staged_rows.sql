-- before: nothing. after: empty tables; a row is one readable row, or one rejected row, of a raw file.
CREATE OR REPLACE TABLE odd_rows (
    line BIGINT,           -- where the row begins
    user_id VARCHAR,
    item_id VARCHAR,
    behaviour TINYINT,     -- index in the config's funnel order
    time_micros BIGINT,    -- since 1970-01-01 UTC
    category VARCHAR,
    brand VARCHAR,
    price_micros BIGINT,   -- millionths of the currency
    quantity BIGINT,
    session VARCHAR,
    repair VARCHAR         -- what was changed so that the row could be kept
    :fields                -- the shop's own columns
);

CREATE OR REPLACE TABLE staged_rejected (line BIGINT, reason VARCHAR, "row" VARCHAR);
