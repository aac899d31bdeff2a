"""When `watch` calls the morning: at once, when a saved file has settled, and every five minutes."""

import pytest
import watchfiles

from shopbook.run.morning import watching

STEP = 5  # seconds between two looks
SETTLED, QUIET = -(-watching.SETTLED_SECONDS // STEP), watching.EVERY_SECONDS // STEP


@pytest.fixture
def called_after(tmp_path, monkeypatch):
    """The looks after which the morning was called, when files changed at these looks."""

    def run(looks, changed=()):
        at = [0]

        def watch(folder, *, yield_on_timeout, rust_timeout, raise_interrupt):
            assert (folder, yield_on_timeout, rust_timeout) == (tmp_path / "inbox", True, STEP * 1000)
            assert not raise_interrupt
            for at[0] in range(1, looks + 1):
                yield {("added", "x.csv")} if at[0] in changed else set()

        monkeypatch.setattr(watchfiles, "watch", watch)
        return [at[0] for _ in watching.calls(tmp_path / "inbox")]

    return run


def test_the_first_call_is_at_once_and_the_next_after_five_minutes(called_after):
    assert called_after(2 * QUIET) == [0, QUIET, 2 * QUIET]


def test_a_saved_file_is_taken_when_it_has_been_the_same_long_enough(called_after):
    assert called_after(10 + SETTLED, changed=[10]) == [0, 10 + SETTLED]
    assert called_after(10 + SETTLED - 1, changed=[10]) == [0]


def test_a_file_that_goes_on_growing_is_waited_for(called_after):
    growing = range(3, 40, 3)
    assert called_after(39 + SETTLED, changed=growing) == [0, 39 + SETTLED]


def test_the_inbox_is_made_for_the_first_file(called_after, tmp_path):
    called_after(1)
    assert (tmp_path / "inbox").is_dir()
