-- before: nothing. after: an empty table; a row is one readable row of a raw file.
CREATE TABLE raw_events (
    seq BIGINT,            -- place in the order of files and lines, from 0
    file INTEGER,          -- number of the file
    line BIGINT,           -- where the row begins
    user_id VARCHAR,
    item_id VARCHAR,
    behaviour TINYINT,     -- index in the config's funnel order
    time_micros BIGINT,    -- since 1970-01-01 UTC
    category VARCHAR,
    brand VARCHAR,
    price DOUBLE
);

-- rows kept after a change
CREATE TABLE repaired_events (seq BIGINT, repair VARCHAR);

CREATE TABLE rejected_events (seq BIGINT, reason VARCHAR);

-- facts about items and shoppers that come from tables of their own; a row is one value
CREATE TABLE item_facts (item_id VARCHAR, field VARCHAR, value VARCHAR);

CREATE TABLE user_facts (user_id VARCHAR, field VARCHAR, value VARCHAR);
