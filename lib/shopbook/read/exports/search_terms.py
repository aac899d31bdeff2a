"""引流搜索词: one row a search term a day."""

from shopbook.read.spec import Spec

SPECS = (
    Spec(
        "search_terms",
        "",
        keys=("search_term", "visitors"),
        grain=("date", "search_term"),
        without=("ad_spend",),
        hints=("引流搜索词", "选词助手", "search_terms"),
    ),
)
