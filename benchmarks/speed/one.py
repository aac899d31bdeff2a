"""One variant, for `measure`: `python -m benchmarks.speed.one VARIANT RUNS WORK ROOT DATA`."""

import sys
from pathlib import Path

from benchmarks.speed.variants import VARIANTS
from benchmarks.speed.works import WORKS

from shopbook.home import Home

if __name__ == "__main__":
    variant, runs, work, root, data = sys.argv[1:]
    run, at_once, _about = VARIANTS[variant]
    run(WORKS[work].jobs(Home(Path(root), Path(data)), int(runs)), at_once)
