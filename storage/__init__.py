"""The database. Knows SQL and nothing of the bot; times, keys and ids come from the caller."""
