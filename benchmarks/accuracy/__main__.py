"""`python -m benchmarks.accuracy daily|verdicts|planted|campaign|lifecycle`: against known truth."""

import importlib
import os
import sys

# Small matrices: threads cost more than they bring, 18 times the CPU on two cores. Before numpy is loaded.
os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

PARTS = {
    "daily": "daily",
    "verdicts": "daily_verdicts",
    "planted": "daily_planted",
    "campaign": "campaign",
    "lifecycle": "lifecycle",
}


def main(argv: list[str]) -> int:
    """Run the part named first with the options after it; without a name, all parts."""
    named = argv[:1] if argv and not argv[0].startswith("-") else []
    if named and named[0] not in PARTS:
        print(f"unknown part {named[0]!r}; known: {', '.join(PARTS)}", file=sys.stderr)
        return 2
    options = argv[len(named) :]
    codes = [
        importlib.import_module(f"benchmarks.accuracy.{PARTS[name]}").main(options) for name in named or PARTS
    ]
    return max((code or 0 for code in codes), default=0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
