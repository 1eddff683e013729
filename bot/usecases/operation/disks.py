"""Disk encryption, as far as the kernel knows of it."""

import os
from pathlib import Path


def is_encrypted(folder: Path, kernel: Path) -> bool:
    """Whether every device below the file system is dm-crypt. False is no proof: a disk may encrypt itself, unseen."""
    there = next(path for path in (folder.resolve(), *folder.resolve().parents) if path.exists())
    device = there.stat().st_dev
    return _encrypts(kernel / "dev" / "block" / f"{os.major(device)}:{os.minor(device)}")


def _encrypts(device: Path) -> bool:
    try:
        if (device / "dm" / "uuid").read_text(encoding="utf-8").startswith("CRYPT-"):
            return True
    except OSError:
        pass
    below = list((device / "slaves").iterdir()) if (device / "slaves").is_dir() else []
    return bool(below) and all(map(_encrypts, below))
