"""Writes files so that a reader never sees half of one, and leaves a file alone whose content stays."""

import os
import tempfile
from pathlib import Path


def write_if_changed(path: Path, content: str | bytes) -> bool:
    """Write `content` under a temporary name and rename it; False when the file already holds it."""
    data = content.encode() if isinstance(content, str) else content
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)  # mkstemp's 0600 would hide the page from a web server
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return True


def between_markers(page: bytes, marker: str, fragment: str) -> bytes:
    """`page` with `fragment` at `<!-- shopbook:marker -->`, or in place of the fragment put there before.

    A page without the marker gets it at the end of its content.
    """
    begin, end = f"<!-- shopbook:{marker} begin -->".encode(), f"<!-- shopbook:{marker} end -->".encode()
    filled = begin + fragment.encode() + end
    empty = f"<!-- shopbook:{marker} -->".encode()
    if (start := page.find(begin)) >= 0 and (stop := page.find(end, start)) >= 0:
        return page[:start] + filled + page[stop + len(end) :]
    if empty in page:
        return page.replace(empty, filled, 1)
    end_of_content = page.rfind(b"</main>") if b"</main>" in page else page.rfind(b"</body>")
    return page if end_of_content < 0 else page[:end_of_content] + filled + page[end_of_content:]
