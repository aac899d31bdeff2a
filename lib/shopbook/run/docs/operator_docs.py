"""Two pages for operators made from the source: the glossary of measures and the list of error messages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import shopbook
from shopbook import errors
from shopbook.columns import Column, columns
from shopbook.home import PROJECT
from shopbook.text import catalogue, speaking

FOLDER = PROJECT / "docs" / "operators"
_LIB = Path(shopbook.__file__).parent
_UNITS = {
    "persons": "人", "count": "个", "CNY": "元", "fraction": "份额 0–1", "seconds": "秒", "days": "天",
    "hours": "小时", "index": "指数", "rank": "名次", "score": "分", "text": "文字", "date": "日期",
}  # fmt: skip
_GOOD = {"up": "越高越好", "down": "越低越好", "none": "–"}
# Sentences about a file stand in calls of these three; the message is their second argument.
_PROBLEMS = {"blocking": "拒收 refused", "warn": "提醒 mind", "info": "说明 note"}
_WHERE = {
    "ExportError": "导出文件 · Export files",
    "HistoryError": "历史数据 · History",
    "ParamsError": "参数与命令 · Parameters and commands",
    "RunError": "运行报告 · Running reports",
    "DeliveryError": "页面与邮件 · Pages and mail",
    "WorkbookError": "其他 · Other",
}


def glossary() -> str:
    """Every measure with both names, unit, direction, definition and the names it has in exports."""
    lines = [
        "# 词汇表 · Glossary",
        "",
        "由 params/columns.yaml 生成，请勿手改：`python -m shopbook.run.docs.operator_docs`。",
        "Made from params/columns.yaml; do not edit by hand.",
    ]
    groups: dict[str, list[Column]] = {}
    for column in columns().values():
        groups.setdefault(column.grain, []).append(column)
    for grain, members in groups.items():
        lines += [
            "",
            f"## {grain}",
            "",
            "| 指标 · Measure | 单位 | 方向 | 定义 · Definition | 导出中的列名 |",
            "|---|---|---|---|---|",
        ]
        lines += [_row(column) for column in members]
    return "\n".join(lines) + "\n"


def troubleshooting() -> str:
    """Every message an operator can meet, by what it is about, in both languages."""
    found: dict[str, set[str]] = {}
    for group, sentence in messages():
        found.setdefault(group, set()).add(sentence)
    lines = [
        "# 遇到提示怎么办 · Troubleshooting",
        "",
        "每条提示都写明：哪里、发现了什么、怎么做。花括号里是当时的文件、日期或数值。",
        "由源码生成，请勿手改：`python -m shopbook.run.docs.operator_docs`。",
        "Every message says where, what was found and what to do; made from the source, do not edit by hand.",
    ]
    for group in [*_WHERE.values(), *_PROBLEMS.values()]:
        if group in found:
            lines += ["", f"## {group}", "", "| 提示 | Message |", "|---|---|"]
            lines += [f"| {_cell(_chinese(text))} | {_cell(text)} |" for text in sorted(found[group])]
    return "\n".join(lines) + "\n"


def messages() -> Iterator[tuple[str, str]]:
    """(group, English sentence) of every error and problem in the source."""
    classes = _error_classes()
    for path in sorted(_LIB.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            if name in classes and (text := _literal(call, 0)):
                yield _WHERE[classes[name]], text
            elif name in _PROBLEMS and (text := _literal(call, 1)):
                yield _PROBLEMS[name], text


def write(folder: Path = FOLDER) -> list[Path]:
    """Write both pages; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, make in (("glossary.md", glossary), ("troubleshooting.md", troubleshooting)):
        path = folder / name
        path.write_text(make(), encoding="utf-8", newline="\n")
        written.append(path)
    return written


def _error_classes() -> dict[str, str]:
    """Every error class of the source, with the class of `shopbook.errors` it is a kind of."""
    known = {name: name for name, each in vars(errors).items() if isinstance(each, type) and name in _WHERE}
    for path in sorted(_LIB.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ClassDef) or node.name in known:
                continue
            for base in (ast.unparse(each) for each in node.bases):
                if base in known:
                    known[node.name] = known[base]
    return known


def _literal(call: ast.Call, place: int) -> str:
    value = getattr(call.args[place], "value", "") if len(call.args) > place else ""
    return value if isinstance(value, str) and " " in value else ""


def _row(column: Column) -> str:
    with speaking("zh"):
        definition = _chinese(column.definition)
    cells = (
        f"**{column.zh}** {column.en} `{column.name}`",
        _UNITS.get(column.unit, column.unit),
        _GOOD[column.good],
        definition,
        "、".join(column.aliases),
    )
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _chinese(sentence: str) -> str:
    return catalogue().get(sentence, sentence)


def _cell(text: str) -> str:
    """Text inside a table cell."""
    flat = "<br>".join(line.strip() for line in str(text).strip().splitlines())
    return flat.replace("|", "\\|").replace("\t", "\\t")


if __name__ == "__main__":
    write()
