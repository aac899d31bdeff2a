"""State lines: whole or left out, never glued to a torn one, never lost with it."""

import json
import random

import pytest

from shopbook import state

ROWS = [{"name": "店铺.csv", "rows": 1}, {"name": "商品.csv", "rows": 300}, {"name": "a", "rows": 3}]


def kept(row):
    return row["name"], int(row["rows"])


WHOLE = [("店铺.csv", 1), ("商品.csv", 300), ("a", 3)]


@pytest.fixture
def path(tmp_path):
    state.append(tmp_path / "ledger.jsonl", ROWS)
    return tmp_path / "ledger.jsonl"


def test_lines_are_plain_json_and_read_back(path):
    assert [json.loads(line)["rows"] for line in path.read_text(encoding="utf-8").splitlines()] == [1, 300, 3]
    assert state.read(path, kept) == WHOLE


def test_a_line_torn_anywhere_is_put_aside_and_the_next_one_is_not_glued_to_it(path):
    data = path.read_bytes()
    for end in range(len(data)):
        path.write_bytes(data[:end])
        whole = data[:end].count(b"\n")
        state.append(path, [{"name": "next", "rows": 9}])
        assert state.read(path, kept) == [*WHOLE[:whole], ("next", 9)], end
    assert path.with_name("ledger.jsonl.torn").stat().st_size > 0


def test_no_flipped_bit_gives_another_value(path):
    data, chance = path.read_bytes(), random.Random(1)
    for _ in range(300):
        at = chance.randrange(len(data))
        flipped = bytearray(data)
        flipped[at] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        found = state.read(path, kept)
        assert set(found) <= set(WHOLE)
        assert len(found) >= 1


def test_a_line_of_an_earlier_version_or_of_another_schema(path):
    with path.open("a", encoding="utf-8") as file:
        file.write('{"name": "old", "rows": 2}\n{"name": "no rows"}\n[1]\n{"name": "b", "rows": "many"}\n')
    assert state.read(path, kept) == [*WHOLE, ("old", 2)]
    assert state.damaged(path, kept) == 3
    assert state.mend(path, kept) == 3
    assert state.damaged(path, kept) == 0
    assert state.read(path, kept) == [*WHOLE, ("old", 2)]


def test_a_full_disk_leaves_no_half_line(path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(state.os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            state.append(path, [{"name": "next", "rows": 9}])
    assert state.read(path, kept) == WHOLE


def test_a_link_becomes_a_file_of_the_same_lines_and_what_it_led_to_stays(path, tmp_path):
    outside = tmp_path / "outside"
    outside.write_bytes(before := path.read_bytes() + b"mine")
    path.unlink()
    path.symlink_to(outside)
    state.append(path, [{"name": "b", "rows": 4}])
    assert outside.read_bytes() == before
    assert state.read(path, kept) == [*WHOLE, ("b", 4)]
    path.unlink()
    path.symlink_to(tmp_path / "nowhere")
    state.append(path, [{"name": "b", "rows": 4}])
    assert state.read(path, kept) == [("b", 4)]
    assert not (tmp_path / "nowhere").exists()
