-- before: numbered, rejected_events. after: accounts; a row is how many rows of a raw file a rule
-- rejected, or were kept after a repair, for one reason.
CREATE TABLE accounts AS
SELECT CAST((seq - seq % 1000000000000) / 1e12 AS INTEGER) AS file, fate, reason, count(*) AS events
FROM (
    SELECT seq, 'rejected' AS fate, reason FROM rejected_events
    UNION ALL
    SELECT n.seq, 'repaired', n.repair
    FROM numbered AS n
    LEFT JOIN rejected_events AS x ON x.seq = n.seq
    WHERE n.repair IS NOT NULL AND x.seq IS NULL
) AS fates
GROUP BY CAST((seq - seq % 1000000000000) / 1e12 AS INTEGER), fate, reason;
