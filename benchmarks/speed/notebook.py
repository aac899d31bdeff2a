"""One realistic report notebook: 21 cells, one Parquet file of 50,000 rows, six tables, five charts."""

import dataclasses
from pathlib import Path
from typing import Any

from shopbook.home import Home
from shopbook.run.job import NotebookJob

SHOP, DATE, FAMILY, NAME = "bench", "2026-11-20", "daily", "bench"
ROWS = 50_000

CELLS = [
    "# Items of the shop · how did they do?\n\nFor the operator, every morning.",
    'shop: str = "demo"  # shop id\ndate: str = ""  # report day\nlang: str = ""\nhome: str = ""',
    "import os\nfrom pathlib import Path\n\nimport matplotlib.pyplot as plt\n"
    "import numpy as np\nimport pandas as pd",
    'folder = Path(os.environ["SHOPBOOK_DATA"]) / "history" / shop\n'
    'items = pd.read_parquet(folder / "item_daily.parquet")\n'
    'print(f"{len(items)} rows, {items.item_id.nunique()} items")\nitems.head()',
    "## What changed?\n\nThe totals of each day, with the share of visitors who paid.",
    'daily = items.groupby("date")[["visitors", "pay_buyers", "pay_amount"]].sum()\n'
    'daily["conversion"] = daily.pay_buyers / daily.visitors\ndaily.tail(10)',
    'weekday = daily.groupby(daily.index.day_of_week).mean().round(3)\nweekday.style.format(precision=2)',
    'fig, ax = plt.subplots(figsize=(7.2, 3.2))\nax.plot(daily.index, daily.visitors)\n'
    'ax.set_title("Visitors a day")\nplt.show()',
    'fig, ax = plt.subplots(figsize=(7.2, 3.2))\nax.plot(daily.index, daily.pay_amount / 1e4)\n'
    'ax.set_title("Amount, 10,000 CNY")\nplt.show()',
    "## Which items?\n\nThe twelve largest, then what they have in common.",
    'top = items.groupby("item_id")[["visitors", "pay_amount"]].sum().nlargest(12, "pay_amount")\ntop',
    'fig, ax = plt.subplots(figsize=(7.2, 3.2))\nax.barh(top.index, top.pay_amount)\nplt.show()',
    'channels = items.pivot_table(index="date", columns="channel", values="visitors", aggfunc="sum")\n'
    "channels.tail(7)",
    'fig, ax = plt.subplots(figsize=(7.2, 3.2))\nax.plot(channels.index, channels, label=channels.columns)\n'
    "ax.legend()\nplt.show()",
    "## How sure are we?\n\nA bootstrap over the days.",
    'draws = np.random.default_rng(7).choice(daily.conversion, (2000, len(daily))).mean(axis=1)\n'
    'print("conversion, 90% interval:", np.percentile(draws, [5, 95]).round(4))',
    'fig, ax = plt.subplots(figsize=(7.2, 3.2))\nax.hist(draws, bins=40)\nplt.show()',
    'items.groupby("channel").agg(bounce=("bounce_rate", "mean"), stay=("stay_seconds", "median"))',
    "## Data\n\nWhere the figures come from.",
    'print("data complete to", items.date.max())',
    'from IPython.display import display\n\n'
    'report = {"schema": 2, "shop": shop, "date": date, "notebook": "daily/bench", "lang": lang,\n'
    "    \"version\": \"\", \"headline\": \"\", \"findings\": [], \"warnings\": [],\n"
    "    \"tables\": {\"kpis\": []}, \"sources\": []}\n"
    'display({"application/vnd.shopbook.findings+json": report}, raw=True)',
]  # fmt: skip


def build(root: Path, days: int = 25, seed: int = 7) -> Home:
    """Write the notebook and its history of ROWS rows over `days` days; returns the home."""
    import nbformat  # here: the measured ways import this module, and pay for these only if they need them
    import numpy as np
    import pandas as pd

    folder = root / "notebooks" / FAMILY
    folder.mkdir(parents=True, exist_ok=True)
    (root / "params").mkdir(exist_ok=True)
    nbformat.write(notebook(), folder / f"{NAME}.ipynb")
    home = Home(root, root / "data")
    history = home.history / SHOP
    history.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    frames = [
        pd.DataFrame({"date": day, **_columns(ROWS // days, rng)})
        for day in pd.date_range(end=DATE, periods=days)
    ]
    pd.concat(frames).to_parquet(history / "item_daily.parquet")
    return home


def notebook() -> Any:
    """The notebook; its second cell is the parameters cell, text cells begin with #."""
    import nbformat

    new = nbformat.v4
    cells = [
        new.new_markdown_cell(text) if text.startswith("#") else new.new_code_cell(text) for text in CELLS
    ]
    cells[1].metadata["tags"] = ["parameters"]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number:02d}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def jobs(home: Home, runs: int) -> list[NotebookJob]:
    """The notebook `runs` times, each with a report folder of its own."""
    job = NotebookJob(home, FAMILY, NAME, SHOP, DATE, lang="en", force=True)
    return [dataclasses.replace(job, campaign=f"copy-{number}") for number in range(runs)]


def _columns(count: int, rng: Any) -> dict[str, Any]:
    visitors = rng.poisson(40, count)
    buyers = rng.binomial(visitors, 0.04)
    return {
        "item_id": rng.integers(10_000, 10_400, count).astype(str),
        "channel": rng.choice(["search", "recommendation", "paid_search", "cart", "live"], count),
        "visitors": visitors,
        "pay_buyers": buyers,
        "pay_amount": (buyers * rng.gamma(4, 40, count)).round(2),
        "bounce_rate": rng.beta(5, 5, count),
        "stay_seconds": rng.gamma(2, 30, count),
    }
