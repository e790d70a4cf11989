"""Prints the scores of a posterior file.

python -m pfp_train.score models/lenet5.safetensors
"""

import argparse
import json
import sys
from pathlib import Path

from pfp_train.report import scores


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="pfp_train.score")
    parser.add_argument("model", type=Path)
    sys.stdout.write(json.dumps(scores(parser.parse_args().model), indent=2) + "\n")


if __name__ == "__main__":
    main()
