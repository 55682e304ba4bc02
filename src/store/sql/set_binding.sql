UPDATE meta SET server = $1, bot = $2
