"""``python -m pipeline``: the same as the command ``despatch``."""

import sys

from pipeline.cli import main

sys.exit(main())
