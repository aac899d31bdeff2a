"""Writes files so that a reader never sees half of one, and leaves a file alone whose content stays."""

from pathlib import Path

from shopbook.run.manifest import write_whole


def write_if_changed(path: Path, content: str | bytes) -> bool:
    """Write `content` whole; False when the file already holds it."""
    data = content.encode() if isinstance(content, str) else content
    if path.is_file() and path.read_bytes() == data:
        return False
    write_whole(path, data)
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
