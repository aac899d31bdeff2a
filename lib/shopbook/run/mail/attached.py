"""The page as an attachment: its links lead to the published site, or are plain text where there is none."""

import re
from urllib.parse import urljoin

from shopbook.run.site.files import between_markers

_LINK = re.compile(r'<a\b([^>]*?)\shref="([^"#][^"]*)"([^>]*)>(.*?)</a>', re.DOTALL)


def attached(page: str, link: str) -> str:
    """`page` with every link to another file resolved against `link`, the published page ("" = none).

    Links inside the page stay. Without a published page the ways to other days and notebooks go.
    """
    if not link:
        page = between_markers(page.encode(), "nav", "").decode()
        return _LINK.sub(lambda found: found[4] if "://" not in found[2] else found[0], page)
    return _LINK.sub(
        lambda found: f'<a{found[1]} href="{urljoin(link, found[2])}"{found[3]}>{found[4]}</a>', page
    )
