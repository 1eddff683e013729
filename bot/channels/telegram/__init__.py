"""Telegram: an update becomes what was heard, a card becomes the one message of the chat. Nothing is decided here."""

import os

# Else python-telegram-bot warns at every "too many requests".
os.environ.setdefault("PTB_TIMEDELTA", "true")

from bot.channels.telegram.channel import Telegram

__all__ = ["Telegram"]
