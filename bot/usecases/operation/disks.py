"""Whether a folder lies on an encrypted disk, as far as the kernel tells."""

import os
from pathlib import Path


def is_encrypted(folder: Path, kernel: Path) -> bool:
    """Whether everything below its file system is dm-crypt. No answer is no: a disk may also encrypt itself, unseen."""
    there = next(one for one in (folder.resolve(), *folder.resolve().parents) if one.exists())
    device = there.stat().st_dev
    return _encrypts(kernel / "dev" / "block" / f"{os.major(device)}:{os.minor(device)}")


def _encrypts(device: Path) -> bool:
    try:
        if (device / "dm" / "uuid").read_text().startswith("CRYPT-"):
            return True
    except OSError:
        pass
    below = list((device / "slaves").iterdir()) if (device / "slaves").is_dir() else []
    return bool(below) and all(map(_encrypts, below))
