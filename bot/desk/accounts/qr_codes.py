"""Square codes for a telephone's camera, drawn on the page itself."""

import segno
from markupsafe import Markup


def qr_code(text: str) -> Markup:
    """Draw a QR code as inline SVG, so that no request of its own carries the secret."""
    drawn = segno.make(text, error="m", micro=False)
    return Markup(drawn.svg_inline(scale=4, border=4, light="white"))  # noqa: S704 - segno draws only squares
