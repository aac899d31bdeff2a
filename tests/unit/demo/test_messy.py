from pathlib import Path

import pytest

from shopbook.demo import sample
from shopbook.home import PROJECT

SHIPPED = PROJECT / "data" / "sample"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample(tmp_path_factory.mktemp("sample"))


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder).as_posix()): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_shipped_sample_is_what_the_function_writes(made):
    assert files(made).keys() == files(SHIPPED).keys()
    assert [name for name, content in files(made).items() if content != files(SHIPPED)[name]] == []


def test_the_sample_stays_small(made):
    assert sum(map(len, files(made).values())) < 900_000


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("demo/【生意参谋平台】商品_全部_2026-11-19_2026-11-19.xls", b"<html"),
        ("demo/【生意参谋平台】商品_全部_2026-11-20_2026-11-20.xls", b"\xd0\xcf\x11\xe0"),
        ("demo-b/天猫_20261120_demo-b_生意参谋_店铺销售数据.xlsx", b"\xd0\xcf\x11\xe0"),
        ("demo/天猫_20261120_demo_生意参谋_店铺销售数据.xlsx", b"PK\x03\x04"),
        ("demo/市场大盘.csv", b"\xef\xbb\xbf"),
        ("demo-b/同行同层.csv", "日期".encode("gb18030")),
    ],
)
def test_contents_are_not_what_names_promise(made, name, start):
    assert files(made)[name].startswith(start)


def test_the_codebook_names_every_trap():
    text = (PROJECT / "data" / "README.md").read_text(encoding="utf-8")
    for name in (
        "(1).xls",
        "2026-11-14_2026-11-20",
        "缺商品ID",
        "下载失败",
        "2026-11-18_2026-11-18",
        "退款单",
        "库存",
    ):
        assert name in text


def test_days_and_ids_of_the_sample_come_in_five_forms(made):
    stock = (made / "demo" / "库存.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    assert {line.split(",")[0] for line in stock} == {
        "2026/11/16",
        "2026.11.17",
        "2026年11月18日",
        "20261119",
        "2026-11-20 00:00:00",
    }
    tags = (made / "demo" / "商品标签.csv").read_text(encoding="utf-8-sig")
    assert all(mark in tags for mark in ('=""', ".0,", "ID：", "\t,"))
