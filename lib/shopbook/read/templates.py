"""Hand-filled templates as CSV text: headers and one example row."""

from shopbook.errors import ParamsError
from shopbook.kinds import kinds

TEMPLATE_KINDS = tuple(name for name, kind in kinds().items() if kind.template)


def template(kind: str) -> str:
    """The CSV text of a hand-filled kind; a platform kind is an error that says where to download it."""
    known = kinds().get(kind)
    if known is None:
        raise ParamsError(
            "{found!r} is not a kind with a template; choose one of {kinds}.",
            found=kind,
            kinds=", ".join(TEMPLATE_KINDS),
        )
    if known.template is None:
        raise ParamsError("{kind} is downloaded, not filled by hand: {where}.", kind=kind, where=known.where)
    return f"{','.join(known.template.header)}\n{','.join(known.template.example)}\n"
