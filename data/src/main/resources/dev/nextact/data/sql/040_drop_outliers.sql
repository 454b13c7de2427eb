-- before: busy_users. after: every event of theirs is in rejected_events.
INSERT INTO rejected_events
SELECT seq, 'more events a day than max_events_per_user_day'
FROM raw_events
WHERE user_id IN (SELECT user_id FROM busy_users)
  AND seq NOT IN (SELECT seq FROM rejected_events);
