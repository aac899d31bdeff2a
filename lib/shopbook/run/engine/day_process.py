"""A fork of the warm process that loads a shop's day before the notebooks of that day are forked from it."""

import contextlib
import ctypes
import gc
import importlib
import os
import resource
import signal
import warnings
from typing import Any

from shopbook.run.engine import child
from shopbook.run.job import FACADES

_MOST_SECONDS = 120


def load(order: dict[str, Any]) -> None:
    """Load what `order` says, within the memory of a notebook.

    What fails here is left to the notebooks: each loads for itself and says what is wrong. A load that never
    ends is killed by its alarm; its notebooks are then forked from the warm process.
    """
    os.environ.clear()
    os.environ.update(order["env"])
    signal.alarm(_MOST_SECONDS)
    limits = resource.getrlimit(resource.RLIMIT_DATA)
    with contextlib.suppress(Exception), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if most := order.get("memory_mb"):
            resource.setrlimit(resource.RLIMIT_DATA, (child.data_bytes() + most * (1 << 20), limits[1]))
        asked = dict(order["prepare"])
        # Not by `import`: the package would set the theme of the charts here instead of in the notebook.
        importlib.import_module(FACADES[asked.pop("family")]).prepare(**asked)
    gc.collect()
    with contextlib.suppress(AttributeError):  # memory the load no longer needs; other C libraries lack it
        ctypes.CDLL(None).malloc_trim(0)
    resource.setrlimit(resource.RLIMIT_DATA, limits)
    signal.alarm(0)
    if len(os.listdir("/proc/self/task")) > 1:
        os._exit(1)  # the forks would lack the other threads, and wait for the locks they hold
