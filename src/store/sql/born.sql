SELECT born, scanned FROM meta
