-- before: nothing. after: user_stretches, item_stretches and sessions_before, empty: the engine sorts
-- all rows of a shopper, or an item, at once.
CREATE TABLE user_stretches (user_number INTEGER, hour BIGINT, stretch INTEGER);

CREATE TABLE item_stretches (item_number INTEGER, hour BIGINT, stretch INTEGER);

CREATE TABLE sessions_before (user_number INTEGER, stretch INTEGER, sessions BIGINT);
