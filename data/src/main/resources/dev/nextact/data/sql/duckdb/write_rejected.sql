-- before: rejected, staged_rejected, source_files, behaviours. after: rejected.csv, a row is a row of a
-- raw file that was not kept, in the order of files and lines; those that a rule rejected are written
-- as they were read.
COPY (
    SELECT file, line, reason, "row"
    FROM (
        SELECT number, file, line, reason, "row" FROM staged_rejected
        UNION ALL
        SELECT f.number, f.name, e.line, e.reason,
               concat_ws(',', e.user_id, e.item_id, b.name,
                         CASE WHEN e.is_clock AND abs(e.time_micros) < 200000000000000000
                              THEN strftime(make_timestamp(e.time_micros), '%Y-%m-%dT%H:%M:%S.%gZ')
                              ELSE CAST(e.time_micros AS VARCHAR) END,
                         e.price_micros / 1000000.0, e.quantity, e.session)
        FROM rejected AS e
        JOIN source_files AS f ON f.number = e.file
        JOIN behaviours AS b ON b.behaviour = e.behaviour
    ) AS rejected
    ORDER BY number, line
) TO :file (FORMAT csv, HEADER, FORCE_QUOTE (file, reason, "row"));
