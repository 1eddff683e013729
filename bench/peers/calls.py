"""What all peers show: a text and five buttons, as long as ours."""

import sys

TEXT = "Labdien! Te ir informācija par tiesībām un pakalpojumiem. " * 4
LABELS = [(f"Poga {number}", f"{number:022}") for number in range(5)]


def given() -> tuple[int, str]:
    """Port to listen on, Bot API to call."""
    return int(sys.argv[1]), sys.argv[2]
