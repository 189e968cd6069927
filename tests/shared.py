"""Where the recordings and catalogues stand when they are at hand: beside the checkout, or where MODELRUNTIME_SHARED points.

They are other projects' data and no part of this repository; tests that replay them do nothing where they are missing.
"""

import os
from pathlib import Path


def _find() -> Path | None:
    named = os.environ.get("MODELRUNTIME_SHARED")
    folders = [Path(named)] if named else [parent / "shared" for parent in Path(__file__).resolve().parents[1:4]]
    return next((folder for folder in folders if (folder / "recordings").is_dir()), None)


SHARED = _find()
