-- before: nothing. after: returns, empty: the rule is off.
CREATE TABLE returns (
    seq BIGINT, user_number INTEGER, item_number INTEGER, time_micros BIGINT, quantity BIGINT,
    price_micros BIGINT, purchase_micros BIGINT);
