SELECT state, count(*) AS number,
    min(CASE
        WHEN comments_on IS NULL AND state IN ('scheduled', 'due', 'publishing') AND due_at <= $1
            AND NOT EXISTS (SELECT 1 FROM parts WHERE parts.publication = publications.id AND parts.state = 'sent')
        THEN due_at
    END) AS oldest
FROM publications WHERE open = 1 OR state = 'failed' GROUP BY state
