"""Where things stand in the repository."""

from __future__ import annotations

from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parents[2]
DATA: Final = REPOSITORY / "tests" / "data"
GOLDEN: Final = REPOSITORY / "tests" / "golden"
