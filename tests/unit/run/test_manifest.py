"""A report belongs to the run that began last, and a damaged run.json stops nobody."""

import os

import pytest

from shopbook.run import manifest
from shopbook.run.site.published import entries


def test_a_run_that_was_overtaken_writes_nothing(tmp_path):
    old = manifest.Claim(tmp_path, "own")
    new = manifest.Claim(tmp_path, "own")
    new.publish({"own.html": b"new"})
    new.record({}, {"status": "done"})
    with pytest.raises(manifest.OvertakenError):
        old.publish({"own.html": b"old"})
    with pytest.raises(manifest.OvertakenError):
        old.record({}, {"status": "failed"})
    assert (tmp_path / "own.html").read_bytes() == b"new"
    assert manifest.read_run(tmp_path)["notebooks"]["own"]["status"] == "done"
    assert not list(tmp_path.glob("*.tmp")) + list(tmp_path.glob(".*.tmp"))


def test_runs_of_other_notebooks_do_not_overtake(tmp_path):
    own, market = manifest.Claim(tmp_path, "own"), manifest.Claim(tmp_path, "market")
    for claim in (own, market):
        claim.record({}, {"status": "done"})
    assert set(manifest.read_run(tmp_path)["notebooks"]) == {"own", "market"}


def test_a_written_file_has_the_mode_the_umask_gives(tmp_path):
    before = os.umask(0o077)
    try:
        manifest.write_whole(tmp_path / "page.html", b"x")
    finally:
        os.umask(before)
    assert (tmp_path / "page.html").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"[1, 2]", id="a list"),
        pytest.param(b'{"notebooks": [1]}', id="notebooks as list"),
        pytest.param(b'{"notebooks": {"own": "done"}}', id="a text for a record"),
        pytest.param(b'{"notebooks": {"own": {"status": 7, "error": [1]}}}', id="other types"),
        pytest.param("{'店".encode()[:-1], id="torn in a character"),
    ],
)
def test_a_damaged_record_harms_no_other_report(tmp_path, content):
    for shop in ("good", "bad"):
        folder = tmp_path / shop / "2026-11-20" / "daily"
        claim = manifest.Claim(folder, "own")
        claim.publish({"own.html": b"<html></html>", "own.findings.json": b'{"findings": [{}]}'})
        claim.record({}, {"status": "done"})
    (folder / "run.json").write_bytes(content)
    assert {entry.shop for entry in entries(tmp_path)} == {"good", "bad"}
    manifest.Claim(folder, "own").record({}, {"status": "done"})
    assert manifest.read_run(folder)["notebooks"]["own"]["status"] == "done"
