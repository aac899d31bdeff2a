"""Variations of known exports in the shapes of real folders: nothing is read wrongly, hardly any refused."""

from benchmarks import reading_faults
from benchmarks.reading import run


def test_variations_are_read_right_and_parts_of_the_shop_never_taken():
    counts, wrong = run(60)
    assert wrong == []
    assert sum(number for (_, outcome), number in counts.items() if outcome == "read") >= 58
    assert counts["foreign to shop_daily", "refused"] == 12


def test_no_fault_of_a_real_folder_is_read_as_something_else():
    counts, wrong = reading_faults.run(8)
    assert wrong == []
    assert counts.total() == 8 * len(reading_faults.FAULTS)
