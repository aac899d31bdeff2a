"""淘宝联盟 shop daily: clicks, payments and commissions of affiliates."""

from shopbook.read.spec import Spec

SPECS = (
    Spec(
        "affiliate",
        "",
        keys=("date", "affiliate_visitors|affiliate_amount"),
        grain=("date", "data_scope"),
        marks=("数据内容", "付款佣金支出", "点击人数(即进店人数)"),
        without=("item_id",),
        hints=("淘宝客", "淘宝联盟", "affiliate"),
    ),
)
