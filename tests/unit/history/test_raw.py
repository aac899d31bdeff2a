"""Where a raw file is kept: under its hash, whole, with its note; moved from the inbox, else copied."""

import errno
import hashlib
import os
from pathlib import Path

import pytest

from shopbook.history.raw import Raw

BYTES = b"a,b\n1,2\n"
SHA = hashlib.sha256(BYTES).hexdigest()


@pytest.fixture
def raw(home):
    for folder in (home.raw / "a", home.inbox / "a"):
        folder.mkdir(parents=True)
    return Raw(home.raw / "a", home.inbox)


@pytest.fixture
def dropped(home):
    path = home.inbox / "a" / "店铺.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(BYTES)
    return path


def test_a_name_is_the_first_sixteen_signs_of_the_hash_and_what_fits_of_the_files(raw):
    assert raw.path(SHA, "店铺.csv").name == f"{SHA[:16]}-店铺.csv"
    long = raw.path(SHA, "杯" * 90 + ".csv").name
    assert long.startswith(f"{SHA[:16]}-杯杯")
    assert long.endswith("杯.csv")
    assert 250 < len(os.fsencode(long + ".yaml")) <= 255
    assert raw.path(SHA, "a/b.csv").name.endswith("-a_b.csv")


def test_a_file_of_the_inbox_moves_and_one_from_elsewhere_stays(raw, dropped, tmp_path):
    raw.keep(dropped, SHA)
    assert not dropped.exists()
    assert raw.path(SHA, "店铺.csv").read_bytes() == BYTES
    outside = tmp_path / "out.csv"
    outside.write_bytes(BYTES)
    raw.keep(outside, SHA)
    assert outside.exists()
    assert raw.find(SHA, "out.csv") == raw.path(SHA, "out.csv")
    assert sorted(path.name for path in raw.folder.iterdir()) == [
        f"{SHA[:16]}-out.csv",
        f"{SHA[:16]}-店铺.csv",
    ]


def test_a_kept_file_that_is_damaged_is_written_anew_and_a_whole_one_left(raw, dropped):
    kept = raw.path(SHA, "店铺.csv")
    kept.write_bytes(b"damaged")
    assert raw.find(SHA, "店铺.csv") is None
    raw.keep(dropped, SHA)
    assert raw.find(SHA, "店铺.csv") == kept
    before = kept.stat().st_ino
    dropped.write_bytes(BYTES)
    raw.keep(dropped, SHA)
    assert kept.stat().st_ino == before
    assert not dropped.exists()


def test_a_drop_folder_on_another_disk_loses_its_file_and_its_note_all_the_same(raw, dropped, monkeypatch):
    dropped.with_name("店铺.csv.yaml").write_text("attribution_days: 7")
    for name in ("rename", "replace"):
        plain = getattr(os, name)

        def across(source, target, plain=plain):
            if dropped.parent in Path(source).parents:
                raise OSError(errno.EXDEV, "another disk")
            plain(source, target)

        monkeypatch.setattr(os, name, across)
    raw.keep(dropped, SHA)
    assert list(dropped.parent.iterdir()) == []
    kept = raw.find(SHA, "店铺.csv")
    assert kept is not None
    assert kept.with_name(f"{kept.name}.yaml").read_text() == "attribution_days: 7"


def test_a_file_is_found_by_its_hash_under_another_name_and_never_by_its_name_alone(raw, dropped):
    raw.keep(dropped, SHA)
    assert raw.find(SHA, "renamed.csv") == raw.path(SHA, "店铺.csv")
    assert raw.find("0" * 64, "店铺.csv") is None
