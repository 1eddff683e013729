"""How people reach us: Telegram, web and terminal. A channel translates; it decides nothing."""
