"""When `watch` looks again: a file of the inbox became stable, or five minutes passed."""

from collections.abc import Iterator
from pathlib import Path

from shopbook.errors import ParamsError

EVERY_SECONDS = 300
# A file that just changed is looked at again when it has been the same for as long as `due` asks.
SETTLED_SECONDS = 125


def calls(inbox: Path) -> Iterator[None]:
    """Yields whenever the morning should be called; the first time at once. Ends with Ctrl-C."""
    try:
        from watchfiles import watch
    except ImportError as error:
        raise ParamsError("`shopbook watch` needs the extra remote: pip install shopbook[remote]") from error
    inbox.mkdir(parents=True, exist_ok=True)
    yield
    quiet = 0.0
    step = 5_000
    waiting = False
    for changes in watch(inbox, yield_on_timeout=True, rust_timeout=step, raise_interrupt=False):
        quiet = 0.0 if changes else quiet + step / 1000
        waiting = waiting or bool(changes)
        if (waiting and quiet >= SETTLED_SECONDS) or quiet >= EVERY_SECONDS:
            waiting, quiet = False, 0.0
            yield
