"""A file that hangs, dies or swells is refused with the limit named; those around it are read in order."""

import os
import signal

import pytest

from shopbook.history import readers
from shopbook.history.readers import Job, Readers
from shopbook.read import ExportTable

GOOD = "统计日期,访客数,支付买家数,支付金额\n2026-11-20,{},1,9\n"


@pytest.fixture
def jobs(tmp_path, monkeypatch):
    """Files by name; one called hang, dies or swells does that to its reader."""
    real = readers.read_export
    deeds = {
        "hang": signal.pause,
        "dies": os.abort,
        "swells": lambda: bytearray(4 * 2**30),
        "fails": lambda: 1 // 0,
        "talks": lambda: [os.write(each, b"a parser complains") for each in (1, 2)],
    }

    def read(path, **about):
        if path.stem in deeds:
            deeds[path.stem]()
        return real(path, **about)

    monkeypatch.setattr(readers, "read_export", read)

    def make(*names):
        made = []
        for at, name in enumerate(names):
            (tmp_path / f"{name}.csv").write_text(GOOD.format(at), encoding="utf-8")
            made.append(Job(tmp_path / f"{name}.csv"))
        return made

    return make


def said(answer):
    return answer.values["visitors"][0] if isinstance(answer, ExportTable) else answer[0].code


def test_many_files_come_in_their_order(jobs):
    counted = []
    with Readers(counted.append) as found:
        assert [said(each) for each in found.read(jobs(*map(str, range(30))))] == list(range(30))
    assert counted == list(range(1, 31))


@pytest.mark.parametrize(
    ("name", "code"),
    [("hang", "over_time"), ("dies", "over_memory"), ("swells", "over_memory"), ("fails", "unreadable")],
)
def test_one_that_harms_its_reader_is_refused_and_the_others_are_read(jobs, name, code):
    with Readers(seconds=2) as found:
        assert [said(each) for each in found.read(jobs("a", name, "b", "c"))] == [0, code, 2, 3]


def test_no_word_of_a_parser_reaches_the_screen(jobs, capfd):
    with Readers() as found:
        assert [said(each) for each in found.read(jobs("talks", "a"))] == [0, 1]
    assert capfd.readouterr() == ("", "")


def test_no_child_outlives_the_import(jobs):
    with Readers() as found:
        answers = found.read(jobs("a", "b", "c"))
        next(answers)
        children = [child.process.pid for child in found._children]
    assert children
    for pid in children:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_file_larger_than_any_export_is_not_opened(jobs, tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(readers.FILE_MB * 2**20 + 1)
    with Readers() as found:
        assert [said(each) for each in found.read([Job(path)])] == ["too_large"]
