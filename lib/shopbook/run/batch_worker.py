"""A worker of a batch: takes jobs from a connection, runs notebook and page, hands back the result."""

import signal
from typing import Any

from papermill_warm.quick_import import import_jsonschema


def work(connection: Any) -> None:
    """Run jobs until the batch closes the connection; forked from the warm process, or spawned."""
    import_jsonschema()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the batch, which ends its workers
    from shopbook.run.notebook import execute

    while True:
        try:
            job, engine, limits = connection.recv()
        except (EOFError, OSError):
            return
        result = execute(job, engine=engine, limits=limits)
        try:
            connection.send(result)
        except OSError:
            return
