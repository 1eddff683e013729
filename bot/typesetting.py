"""Set a page as PDF: data in, layout from `print/*.typ`. Stands on nothing of ours, so every face can print.

Typst writes PDF/UA-1, tagged for screen readers, and refuses to write anything untagged. It uses its own typeface
(Libertinus Serif, SIL OFL), nothing from the machine and nothing from the network.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Literal

SHAPES = Path(__file__).parent / "print"

Form = Literal["pdf", "png"]


def typeset(shape: str, paper: Mapping[str, Any], today: date, form: Form = "pdf", ppi: int = 144) -> Any:
    """Return the bytes of a PDF, or a page (a list where there are several) as PNG."""
    import typst  # here, because a server that prints nothing needs no typesetter

    return typst.compile(
        SHAPES / f"{shape}.typ",
        root=SHAPES,
        ignore_system_fonts=True,
        format=form,
        ppi=ppi,
        sys_inputs={"paper": json.dumps(paper, ensure_ascii=False)},
        pdf_standards=["ua-1"] if form == "pdf" else [],
        timestamp=datetime.combine(today, time(), UTC),
    )
