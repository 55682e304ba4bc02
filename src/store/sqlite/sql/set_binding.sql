UPDATE meta SET server = ?, bot = ?
