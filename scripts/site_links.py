"""What the site does with a link that leaves docs/: it becomes a path of the repository, checked to exist."""

import logging
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_OUTSIDE = re.compile(r"\[(?P<text>[^\]]+)\]\((?P<path>\.\./[^)#]+)(?:#[^)]*)?\)")
_log = logging.getLogger("mkdocs.hooks.site_links")


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """The page with its links to code, notebooks and results as paths."""
    folder = Path(page.file.abs_src_path).parent

    def shown(found: re.Match[str]) -> str:
        target = (folder / found["path"]).resolve()
        if target.is_relative_to(ROOT / "docs"):
            return found[0]
        if not target.exists():
            _log.warning("%s links to %s, which is not there", page.file.src_path, found["path"])
        return f"{found['text']} (`{target.relative_to(ROOT).as_posix()}`)"

    return _OUTSIDE.sub(shown, markdown)
