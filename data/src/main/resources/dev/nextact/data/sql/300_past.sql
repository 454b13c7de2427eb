-- before: events, the prepared ones. after: past; a row is one event before the cut-off :cut_off, in
-- microseconds since 1970-01-01 UTC. Every feature is computed from this table and from past_returns,
-- so that none can see the cut-off or what comes after it.
CREATE TABLE past AS
SELECT user_index, item_index, behaviour, time_micros, session, category_index, price_micros,
       CASE WHEN behaviour = :target THEN price_micros * coalesce(quantity, 1) END AS spend_micros,
       :cut_off - time_micros AS age_micros,
       CAST(floor((time_micros - before_micros) / 1e6) AS BIGINT) AS gap_seconds,
       CASE WHEN session = before_session
            THEN CAST(floor((time_micros - before_micros) / 1e6) AS BIGINT)
            END AS dwell_seconds
FROM (
    SELECT e.*,
           lag(time_micros) OVER by_time AS before_micros,
           lag(session) OVER by_time AS before_session
    FROM events AS e
    WHERE time_micros < :cut_off
    WINDOW by_time AS (
        PARTITION BY user_index ORDER BY time_micros, session, item_index, behaviour)
) AS with_before;

CREATE TABLE past_returns AS
SELECT user_index, item_index, quantity FROM returned WHERE time_micros < :cut_off;
