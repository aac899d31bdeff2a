"""Ad reports hold the same money on several levels and in overlapping files; here every yuan counts once."""

import pandas as pd

# What a row is about beside its scene: (id, name); the name stands in where a report has no id.
_KEYS = (
    ("ad_plan_id", "ad_plan_name"),
    ("ad_unit_id", "ad_unit_name"),
    ("ad_subject_id", "ad_subject_name"),
    ("item_id", "item_name"),
    ("ad_word_id", "search_term"),
    ("ad_audience", "ad_audience"),
)
# Each level repeats the money of the others: the first that a day has stands for it.
_LEVELS = (("account",), ("plan",), ("unit",), ("item", "subject"), ("audience",), ("keyword",))
BRAND = "brand"  # 品销宝: bought apart, in no other report


def once_a_level(ad_report: pd.DataFrame) -> pd.DataFrame:
    """`ad_report` without rows that another file of the same day and level repeats.

    Plans are downloaded for all scenes in one file or scene by scene. A row without a scene is left out where
    one with a scene speaks of the same plan, unit, subject, word and crowd; of the account, the row that
    holds all scenes leaves out the scenes.

    Parameters
    ----------
    ad_report : DataFrame
        Rows of the history with date and level; ad_scene and the ids may be missing, as an export has them.

    Returns
    -------
    DataFrame
        The rows that add up, per level, to each yuan once.

    Examples
    --------
    >>> rows = {"date": ["d", "d"], "level": ["plan"] * 2, "ad_plan_id": ["1", "1"], "ad_scene": ["", "a"]}
    >>> once_a_level(pd.DataFrame(rows))["ad_scene"].tolist()
    ['a']
    """
    if ad_report.empty or "ad_scene" not in ad_report:
        return ad_report
    has_scene = ad_report["ad_scene"].fillna("") != ""
    if has_scene.all() or not has_scene.any():
        return ad_report
    subject = pd.MultiIndex.from_frame(_subjects(ad_report))
    repeated = ~has_scene & subject.isin(subject[has_scene])
    is_account = ad_report["level"] == "account"
    whole_days = set(ad_report.loc[is_account & ~has_scene, "date"])
    in_whole = is_account & has_scene & ad_report["date"].isin(whole_days)
    return ad_report[~(repeated & ~is_account) & ~in_whole]


def account_days(ad_report: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """All ads together, one row a day: of the levels a day has, which repeat each other, one is summed.

    Parameters
    ----------
    ad_report : DataFrame
        Rows of the history with date, level and some of `names`.
    names : list of str
        Figures that add up: ad_spend, ad_clicks ...

    Returns
    -------
    DataFrame
        Indexed by date, one column a name; NaN where no row of the day knows it.

    Examples
    --------
    >>> rows = {"date": ["d"] * 3, "level": ["plan", "plan", "item"], "ad_spend": [1.0, 2.0, 3.0]}
    >>> account_days(pd.DataFrame(rows), ["ad_spend"])["ad_spend"].tolist()
    [3.0]
    """
    if ad_report.empty:
        return pd.DataFrame(columns=names, index=pd.DatetimeIndex([], name="date"), dtype=float)
    rows = once_a_level(ad_report)
    rank = rows["level"].map({level: at for at, levels in enumerate(_LEVELS) for level in levels})
    first = rank.groupby(rows["date"]).transform("min")
    chosen = rows[(rank == first) | (rows["level"] == BRAND)]
    return chosen.reindex(columns=["date", *names]).groupby("date").sum(min_count=1)


def _subjects(rows: pd.DataFrame) -> pd.DataFrame:
    """Day, level and what each row is about, as texts."""
    made = {"date": rows["date"], "level": rows["level"]}
    for key, name in _KEYS:
        ids = rows[key].fillna("") if key in rows else pd.Series("", rows.index)
        names = rows[name].fillna("") if name in rows else ids
        made[key] = ids.where(ids != "", names)
    return pd.DataFrame(made)
