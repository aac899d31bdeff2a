"""A fork of the warm process that loads what notebooks share before they are forked from it."""

import contextlib
import ctypes
import gc
import os
import pkgutil
import resource
import signal
import warnings
from typing import Any

from papermill_warm import child

_MOST_SECONDS = 120


def load(order: dict[str, Any]) -> None:
    """Call the function `order` names with its arguments, within the memory of a notebook.

    What fails here is left to the notebooks: each loads for itself and says what is wrong. A load that never
    ends is killed by its alarm; its notebooks are then forked from the warm process.
    """
    os.environ.clear()
    os.environ.update(order["env"])
    signal.alarm(_MOST_SECONDS)
    gc.disable()  # it is collected once, at the end
    limits = resource.getrlimit(resource.RLIMIT_DATA)
    with contextlib.suppress(Exception), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if most := order.get("memory_mb"):
            resource.setrlimit(resource.RLIMIT_DATA, (child.data_bytes() + most * (1 << 20), limits[1]))
        asked = order["prepare"]
        pkgutil.resolve_name(asked["function"])(**asked.get("arguments", {}))
    gc.collect()
    with contextlib.suppress(AttributeError):  # memory the load no longer needs; other C libraries lack it
        ctypes.CDLL(None).malloc_trim(0)
    resource.setrlimit(resource.RLIMIT_DATA, limits)
    signal.alarm(0)
    if len(os.listdir("/proc/self/task")) > 1:
        os._exit(1)  # the forks would lack the other threads, and wait for the locks they hold
