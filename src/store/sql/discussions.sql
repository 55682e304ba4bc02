SELECT chat, discussion FROM discussions
