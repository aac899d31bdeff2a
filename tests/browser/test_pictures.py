"""The pictures of README and docs: one of each page of the newest morning, its mail and the index."""

import io

import pytest
from PIL import Image

from published import home_at, report, shelve
from shopbook.errors import DeliveryError
from shopbook.run.docs import pictures
from shopbook.run.site.publish import publish

pytestmark = pytest.mark.browser


@pytest.fixture
def home(tmp_path):
    made = home_at(tmp_path, a="lang: zh\n", b="lang: zh\n")
    for shop in ("b", "a"):
        shelve(made, report(shop=shop, notebook="daily/brief"), report(shop=shop), charts=["chart"])
    shelve(made, report(shop="a", date="2026-11-19", notebook="daily/brief"))
    publish(made)
    return made


def test_every_page_of_the_first_shops_newest_morning_is_taken_once(home, tmp_path):
    folder = tmp_path / "pictures"
    taken = pictures.take(home, folder)
    names = ["report-phone", "report", "report-dark", "mail", "index", "daily-own"]
    assert [path.stem for path in taken] == names
    for path in taken:
        picture = Image.open(io.BytesIO(path.read_bytes()))
        width = pictures.PHONE if path.stem in ("report-phone", "mail") else pictures.DESK
        assert picture.width == pytest.approx(width * 1.5, abs=1)
        assert len(picture.getcolors() or []) <= 128


def test_a_picture_of_the_same_page_is_not_written_again(tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<!DOCTYPE html><title>早报</title><p>支付金额", encoding="utf-8")
    shots = [pictures.Shot("page", page, pictures.PHONE)]
    assert [path.name for path in pictures.take_shots(shots, tmp_path)] == ["page.png"]
    assert list(pictures.take_shots(shots, tmp_path)) == []


def test_without_a_report_it_says_what_to_run(tmp_path):
    with pytest.raises(DeliveryError, match="shopbook demo"):
        pictures.take(home_at(tmp_path, a="lang: zh\n"), tmp_path / "pictures")
