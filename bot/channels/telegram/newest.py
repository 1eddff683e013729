"""A bounded memory: only the newest entries are kept."""

from collections import OrderedDict
from typing import TypeVar

REMEMBERED = 1000
Key = TypeVar("Key")
Value = TypeVar("Value")


class Newest(OrderedDict[Key, Value]):
    """A dictionary that drops its oldest entry when it exceeds a thousand."""

    def keep(self, key: Key, value: Value) -> None:
        self[key] = value
        self.move_to_end(key)
        while len(self) > REMEMBERED:
            self.popitem(last=False)
