SELECT post, source FROM first_scan
