"""What is sealed beside a letter. Whatever stands here is resealed when the key changes, and erased with the letter."""

from collections.abc import Mapping
from typing import Literal

from storage.additions import Addition
from storage.notes import Note
from storage.papers import Paper

Beside = Literal["additions", "notes", "papers"]
BESIDE: Mapping[Beside, type[Addition] | type[Note] | type[Paper]] = {
    "additions": Addition,
    "notes": Note,
    "papers": Paper,
}
