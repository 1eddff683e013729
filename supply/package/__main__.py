"""`python -m supply.package`: build the package of this checkout, or of another one, into var/package."""

import argparse
import sys
from pathlib import Path

from supply.package import contents, deb
from supply.pins import ROOT


def main() -> int:
    """Build it, and print where it lies, its size and its sum."""
    parser = argparse.ArgumentParser(prog="python -m supply.package", description=__doc__)
    parser.add_argument("--from", dest="folder", type=Path, default=ROOT, help="a checkout (default: this one)")
    parser.add_argument("--to", type=Path, default=ROOT / "var" / "package", help="a folder (default: var/package)")
    options = parser.parse_args()
    try:
        made = deb.build(contents.source(options.folder.resolve()), options.to)
    except contents.NotBuilt as error:
        print(f"No package was built. {error}", file=sys.stderr)
        return 1
    print(f"{made} ({made.stat().st_size / 1e6:.0f} MB)")
    print((made.parent / "SHA256SUMS").read_text(), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
