"""A page as PDF where a Chromium is; a message with the way out where none is."""

import shutil

import pytest

from shopbook.errors import DeliveryError
from shopbook.run.site.pdf import chromium, page_pdf


@pytest.fixture
def page(tmp_path):
    file = tmp_path / "早报.html"
    file.write_text("<!DOCTYPE html><title>早报</title><p>支付金额", encoding="utf-8")
    return file


def test_without_chromium_the_message_says_what_to_do(page, tmp_path):
    with pytest.raises(DeliveryError, match="SHOPBOOK_CHROMIUM"):
        page_pdf(page, tmp_path / "x.pdf", {"PATH": str(tmp_path)})


def test_a_wrong_place_is_named(tmp_path):
    with pytest.raises(DeliveryError, match="no-such-browser"):
        chromium({"SHOPBOOK_CHROMIUM": str(tmp_path / "no-such-browser")})


def test_a_program_that_prints_nothing_is_a_failure_and_keeps_the_old_pdf(page, tmp_path):
    fake = shutil.which("true")
    if not fake:
        pytest.skip("no program that does nothing")
    target = tmp_path / "x.pdf"
    target.write_bytes(b"old")
    with pytest.raises(DeliveryError, match="早报"):
        page_pdf(page, target, {"SHOPBOOK_CHROMIUM": fake})
    assert target.read_bytes() == b"old"


def test_a_missing_page_is_named(tmp_path):
    fake = shutil.which("true")
    if not fake:
        pytest.skip("no program that does nothing")
    with pytest.raises(DeliveryError, match="none"):
        page_pdf(tmp_path / "none.html", tmp_path / "x.pdf", {"SHOPBOOK_CHROMIUM": fake})


@pytest.mark.browser
@pytest.mark.slow
def test_a_page_becomes_a_pdf(page, tmp_path):
    if not shutil.which("chromium"):
        pytest.skip("Chromium is not installed")
    target = page_pdf(page, tmp_path / "out" / "早报.pdf")
    assert target.read_bytes().startswith(b"%PDF-")
    assert target.stat().st_size > 2_000
