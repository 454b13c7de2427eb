-- before: all_events and all_returned, the prepared ones. after: events and returned, those of the
-- shoppers from :first to :last.
CREATE TEMPORARY VIEW events AS
SELECT * FROM all_events WHERE user_index BETWEEN :first AND :last;

CREATE TEMPORARY VIEW returned AS
SELECT * FROM all_returned WHERE user_index BETWEEN :first AND :last;
