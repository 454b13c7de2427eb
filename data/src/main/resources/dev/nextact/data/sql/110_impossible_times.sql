-- before: raw_events. after: a time before :earliest or after :latest, in microseconds since 1970, is
-- found; running numbers are no times.
INSERT INTO :found
SELECT seq, 'impossible time'
FROM raw_events
WHERE is_clock AND (time_micros < :earliest OR time_micros > :latest);
