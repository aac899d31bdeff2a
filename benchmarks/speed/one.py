"""One variant, for `measure`: `python -m benchmarks.speed.one VARIANT RUNS HOME`."""

import sys
from pathlib import Path

from benchmarks.speed.variants import VARIANTS

from shopbook.home import Home

if __name__ == "__main__":
    run, at_once, _about = VARIANTS[sys.argv[1]]
    root = Path(sys.argv[3])
    run(Home(root, root / "data"), int(sys.argv[2]), at_once)
