"""What is remembered in memory only, and of that only the newest."""

from collections import OrderedDict
from typing import TypeVar

REMEMBERED = 1000
Key = TypeVar("Key")
Value = TypeVar("Value")


class Newest(OrderedDict[Key, Value]):
    """A dictionary that forgets its oldest entry when it grows over a thousand."""

    def keep(self, key: Key, value: Value) -> None:
        self[key] = value
        self.move_to_end(key)
        while len(self) > REMEMBERED:
            self.popitem(last=False)
