"""The peers: the same ten-step dialogue in other frameworks. Each runs alone: `python NAME.py PORT BOT_API`."""
