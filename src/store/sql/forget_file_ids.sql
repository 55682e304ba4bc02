DELETE FROM file_ids
