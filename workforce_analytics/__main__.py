"""Run the command line: `python -m workforce_analytics`."""

import sys

from workforce_analytics.cli import main

if __name__ == "__main__":
    sys.exit(main())
