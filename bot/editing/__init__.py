"""Edit a content package: files and edits in, files out. Pure; only what was edited changes."""

from bot.editing.apply import Applied, apply, attempt
from bot.editing.edits import Edit, value_of

__all__ = ["Applied", "Edit", "apply", "attempt", "value_of"]
