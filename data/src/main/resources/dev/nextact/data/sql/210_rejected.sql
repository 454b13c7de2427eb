-- before: raw_events, rejected_events. after: rejected; a row is one that a rule did not keep, with the
-- values it was read with.
CREATE TABLE rejected AS
SELECT e.file, e.line, x.reason, e.user_id, e.item_id, e.behaviour, e.time_micros, e.is_clock,
       e.price_micros, e.quantity, e.session
FROM rejected_events AS x
JOIN raw_events AS e ON e.seq = x.seq;
