"""The check-up of `shopbook doctor`: each thing a morning needs, and the cure when it is not there."""

import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from shopbook import plugins
from shopbook.errors import WorkbookError
from shopbook.history.store import Store
from shopbook.home import Home
from shopbook.params import FAMILIES, campaigns_of, family_file, rules, shop_settings
from shopbook.run.mail import outbox
from shopbook.run.mail.smtp import server_from
from shopbook.text import tr


@dataclass(frozen=True)
class Check:
    """One line of the check-up; `ok` is None for something optional that is not there."""

    name: str
    ok: bool | None
    said: str


def examine(home: Home) -> list[Check]:
    """Every check, in the order one would repair them."""
    checks: tuple[Callable[[Home], Iterator[Check]], ...] = (
        _python, _home, _folders, _kernel, _fonts, _template, _params, _history, _mail, _extras, _plugins,
    )  # fmt: skip
    return [found for check in checks for found in check(home)]


def _python(home: Home) -> Iterator[Check]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Check("Python", sys.version_info >= (3, 11), version)


def _home(home: Home) -> Iterator[Check]:
    if not home.root.is_dir():
        yield Check(tr("home"), False, tr("there is no folder {folder}", folder=home.root))
    elif (home.root / "params").is_dir():
        yield Check(tr("home"), True, str(home.root))
    else:
        said = tr("{folder} holds no params/: make a home with shopbook init", folder=home.root)
        yield Check(tr("home"), None, said)


def _folders(home: Home) -> Iterator[Check]:
    """Whether what is there can be written; what is not there yet comes with the first export."""
    for folder in (home.data, home.reports, home.outbox):
        if not folder.is_dir():
            yield Check(folder.name, None, tr("{folder} is not there yet", folder=folder))
        elif os.access(folder, os.W_OK | os.X_OK):
            yield Check(folder.name, True, str(folder))
        else:
            yield Check(folder.name, False, tr("cannot write to {folder}", folder=folder))
    there = next(folder for folder in (home.data, *home.data.parents) if folder.is_dir())
    free = shutil.disk_usage(there).free // 2**20
    yield Check(tr("disk"), free > 500, tr("{free} MB free", free=free))


def _kernel(home: Home) -> Iterator[Check]:
    from jupyter_client.kernelspec import KernelSpecManager

    names = KernelSpecManager().find_kernel_specs()
    cure = tr("run: python -m ipykernel install --sys-prefix")
    yield Check(tr("kernel"), "python3" in names, "python3" if "python3" in names else cure)


def _fonts(home: Home) -> Iterator[Check]:
    import warnings

    from shopbook.report import theme

    theme.apply()
    figure = theme.new_figure((1, 1))
    figure.text(0, 0, "支付金额")
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        figure.canvas.draw()
    missing = [str(each.message) for each in said if "Glyph" in str(each.message)]
    yield Check(tr("Chinese font"), not missing, missing[0] if missing else "Noto Sans SC")


def _template(home: Home) -> Iterator[Check]:
    from jupyter_core.paths import jupyter_path

    found = any(
        os.path.isdir(os.path.join(path, "shopbook")) for path in jupyter_path("nbconvert", "templates")
    )
    said = tr("nbconvert finds it") if found else tr("nbconvert does not find it: install shopbook again")
    yield Check(tr("page template"), found or None, said)


def _params(home: Home) -> Iterator[Check]:
    rules()
    problems = []
    for family in FAMILIES:
        try:
            family_file(home, family)
        except WorkbookError as error:
            problems.append(str(error))
    shops = {path.stem for path in (home.root / "params" / "shops").glob("*.yaml")}
    for shop in sorted(shops | set(Store(home.history).shops())):
        try:
            shop_settings(home, shop)
            campaigns_of(home, shop)
        except WorkbookError as error:
            problems.append(str(error))
    yield Check("params", not problems, "\n".join(dict.fromkeys(problems)) or tr("every file holds"))


def _history(home: Home) -> Iterator[Check]:
    store = Store(home.history)
    shops = store.shops()
    for shop in shops:
        days = store.days(shop, "shop_daily")
        said = (
            tr("{count} days to {day}", count=len(days), day=max(days))
            if days
            else tr("no shop daily sheet yet")
        )
        yield Check(shop, bool(days) or None, said)
    if damaged := [f"{shop}/{kind}/{path.stem}" for shop, kind, _, path in store.damaged()]:
        names = ", ".join(damaged[:5])
        text = tr("{count} damaged days: {names}; run shopbook repair", count=len(damaged), names=names)
        yield Check(tr("history"), False, text)
    if not shops:
        yield Check(
            tr("history"), None, tr("empty: put exports into data/inbox/<shop>/ and run shopbook ingest")
        )
    refused = sorted(home.inbox.glob("*/*.reason.txt"))
    if refused:
        names = ", ".join(path.name.removesuffix(".reason.txt") for path in refused[:5])
        yield Check("inbox", False, tr("{count} refused files: {names}", count=len(refused), names=names))


def _mail(home: Home) -> Iterator[Check]:
    try:
        server = server_from(os.environ)
    except WorkbookError as error:
        yield Check(tr("mail"), False, str(error))
        return
    said = server.host if server else tr("SHOPBOOK_SMTP_HOST is not set: mails are written as .eml only")
    yield Check(tr("mail"), True if server else None, said)
    for each in outbox.uncertain(home):
        text = tr(
            "Mail of unknown fate {id}: {report} to {who}", id=each.id, report=each.report, who=each.recipient
        )
        yield Check(tr("mail"), False, text)


def _extras(home: Home) -> Iterator[Check]:
    for name, module in (("jupyterlab", "jupyterlab"), ("duckdb", "duckdb"), ("dask", "distributed")):
        found = importlib.util.find_spec(module) is not None
        yield Check(name, found or None, tr("installed") if found else tr("not installed (optional)"))


def _plugins(home: Home) -> Iterator[Check]:
    """What other packages add, and what of it does not load."""
    for group in (plugins.KINDS, plugins.RULES, plugins.NOTEBOOKS):
        for each in plugins.added(group):
            said = each.package
            if each.fault:
                said = tr("{package} does not load: {fault}", package=each.package, fault=each.fault)
            yield Check(f"{group} {each.name}", not each.fault, said)
