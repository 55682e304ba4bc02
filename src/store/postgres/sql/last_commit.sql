SELECT changes, writer FROM meta FOR UPDATE
