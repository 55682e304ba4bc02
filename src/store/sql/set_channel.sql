-- The columns keep their first names: `floor` is the last known message id, `freeze_until` the end of Telegram's flood wait.
INSERT INTO channels (chat, floor, freeze_until, refused) VALUES ($1, $2, $3, 0)
ON CONFLICT (chat) DO UPDATE SET floor = excluded.floor, freeze_until = excluded.freeze_until
