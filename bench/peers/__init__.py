"""What others do with the same dialogue of ten steps. Each runs alone: `python NAME.py PORT BOT_API`."""
