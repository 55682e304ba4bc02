SELECT changes, writer FROM meta
