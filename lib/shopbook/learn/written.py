"""Numbers as operators write them: -13%, 下降13.1%, 1.3万, ¥20,610.13, full-width digits, 13 个百分点."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

_SCALES = {"": 1.0, "k": 1e3, "千": 1e3, "w": 1e4, "万": 1e4, "百万": 1e6, "亿": 1e8}
_DOWN, _UP = (
    re.compile("▼|↓|下降|减少|少了|下跌|跌了|跌|降了|降|down|fell"),
    re.compile("▲|↑|上升|增加|多了|上涨|涨了|涨|升|up|rose"),
)
_NOISE = re.compile(r"[\s,，_¥￥$]|人民币|大约|约|左右|cny|yuan|rmb")
_NUMBER = re.compile(
    r"(?P<of_hundred>百分之)?(?P<sign>[+-]?)(?P<digits>\d+(?:\.\d*)?|\.\d+)(?P<scale>百万|[kw千万亿]?)"
    r"(?P<percent>%|个百分点|百分点|pp)?(?:元|块|人|个|件|位|名|天|款|次|倍|秒|persons?|items?|days?)?"
)


@dataclass(frozen=True)
class Written:
    """A number and how exactly it was written: `step` is what its last digit stands for."""

    value: float
    step: float
    digits: int
    percent: bool = False

    def reach(self, within: float) -> float:
        """How far the true figure may be off: `within`, or what rounding to the digits written hides."""
        return max(within, self.step / 2 * (1 + 1e-9)) if self.digits > 1 else within

    def hundredth(self) -> "Written":
        """The same number read as percent."""
        return Written(self.value / 100, self.step / 100, self.digits, True)


def of_text(text: str) -> Written | None:
    """The number a text holds; None when it is no number.

    Examples
    --------
    >>> of_text("－１３．１％").value, of_text("1.3万").value, of_text("下降 13%").value
    (-0.131, 13000.0, -0.13)
    """
    flat = unicodedata.normalize("NFKC", text).replace("\u2212", "-").replace("–", "-").casefold()
    down, up = bool(_DOWN.search(flat)), bool(_UP.search(flat))
    bare = _NOISE.sub("", _UP.sub("", _DOWN.sub("", flat))).strip("了。.;；'\"「」")
    found = _NUMBER.fullmatch(bare)
    if found is None or (down and up):
        return None
    percent = bool(found["percent"] or found["of_hundred"])
    scale = _SCALES[found["scale"]] * (0.01 if percent else 1.0)
    number = Decimal(found["digits"])
    sign = -1.0 if found["sign"] == "-" or down else 1.0
    return _made(sign * float(number) * scale, number, scale, percent)


def of_number(value: float) -> Written:
    """A typed number with the digits it was typed with."""
    return _made(value, Decimal(repr(float(value))) if value % 1 else Decimal(int(value)), 1.0, False)


def _made(value: float, number: Decimal, scale: float, percent: bool) -> Written:
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    return Written(round(value, 12), 10.0**exponent * scale, len(digits), percent)
