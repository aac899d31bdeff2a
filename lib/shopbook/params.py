"""Parameters: one strict pydantic model per notebook family, the shop and campaign files, the rules.

The model is the single truth: a notebook's `parameters` cell, the YAML files and docs/contracts.md are tested
against it. Names it does not know, wrong types and bad dates are errors before a kernel starts.
"""

import datetime as dt
import difflib
import math
from functools import cache
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from shopbook.columns import columns
from shopbook.days import parse_day
from shopbook.errors import ParamsError
from shopbook.home import PROJECT, Home
from shopbook.param_files import checked, readable, values_of
from shopbook.text import tr

Lang = Literal["", "zh", "en"]
Phase = Literal["build_up", "presale", "warm_up", "peak", "encore", "cool_down"]
PHASES: tuple[Phase, ...] = get_args(Phase)


Owner = Literal["promotion", "design", "service", "quality", "supply", "operator"]
Platform = Literal["taobao", "tmall", "jd", "pdd", "douyin", "shopify", "amazon"]
Address = Annotated[str, Field(pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+$")]
Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]


class Strict(BaseModel):
    """A model that refuses names it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())


def _targets(found: dict[str, float]) -> dict[str, float]:
    """Targets of figures there are, shares between 0 and 1, nothing below 0."""
    for name, value in found.items():
        if name not in columns() and name not in _OWN_FIGURES:
            near = difflib.get_close_matches(name, [*columns(), *_OWN_FIGURES], 3, 0.5)
            raise ValueError(
                tr("{name} is no figure; alike are {near}", name=name, near=", ".join(near) or "–")
            )
        most = 1.0 if name in columns() and columns()[name].unit == "fraction" else math.inf
        if not 0 <= value <= most:
            limits = tr("{name} = {value}: a share lies between 0 and 1, 0.03 is 3%", name=name, value=value)
            raise ValueError(
                limits if most == 1 else tr("{name} = {value} is below 0", name=name, value=value)
            )
    return found


def _thresholds(found: dict[str, float]) -> dict[str, float]:
    """Thresholds that params/rules.yaml has, none below 0."""
    known = rules().thresholds
    for name, value in found.items():
        if name not in known:
            raise ValueError(
                tr("{name} is no threshold; there are {known}", name=name, known=", ".join(sorted(known)))
            )
        if value < 0:
            raise ValueError(tr("{name} = {value} is below 0", name=name, value=value))
    return found


# Figures of a campaign's target that are no column of an export.
_OWN_FIGURES = ("net_amount", "gross_profit")
Targets = Annotated[dict[str, float], AfterValidator(_targets)]


class ReportParams(Strict):
    """What every report notebook takes; an empty text means "find it"."""

    shop: str = Field("demo", description="shop id, the folder name under data/inbox")
    date: str = Field("", description="report day YYYY-MM-DD; empty for the newest complete day")
    lang: Lang = Field("", description="zh or en; empty for the shop's language")
    home: str = Field("", description="folder that holds params/; empty to find it")

    @field_validator("date")
    @classmethod
    def _is_a_day(cls, value: str) -> str:
        try:
            return value and parse_day(value).isoformat()
        except ParamsError as error:
            raise ValueError(str(error)) from error


class DailyParams(ReportParams):
    """The daily notebooks: market, own, rivals, promotion, service, checkup, brief."""

    window_days: int = Field(
        28, ge=7, le=366, description="days of history in charts, the report day included"
    )
    top_items: int = Field(8, ge=3, le=30, description="rows in a ranking before the rest is summed")


class CampaignParams(ReportParams):
    """The campaign review notebooks."""

    campaign: str = Field("", description="id of params/campaigns/<id>.yaml; empty for the shop's newest")


class LifecycleParams(ReportParams):
    """The weekly lifecycle notebooks."""

    hit_visitors: int = Field(3000, ge=1, description="visitors a week from which an item counts as a hit")
    weeks: int = Field(26, ge=8, le=160, description="weeks of history that are staged and shown")


class PeriodicParams(ReportParams):
    """The weekly and monthly sheets."""

    periods: int = Field(8, ge=2, le=60, description="weeks or months shown, the newest included")


FAMILIES: dict[str, type[ReportParams]] = {
    "daily": DailyParams,
    "campaign_review": CampaignParams,
    "product_lifecycle": LifecycleParams,
    "periodic": PeriodicParams,
}


class Schedule(Strict):
    """When a family is due: a cron line in a time zone, with the exports it waits for."""

    cron: str
    timezone: str = "Asia/Shanghai"
    deadline: str = Field("", description="HH:MM after which a run no longer waits for exports")
    needs: tuple[str, ...] = Field((), description="kinds that must have the report day")


class FamilyFile(Strict):
    """params/<family>.yaml: the notebooks of a job, their values and their schedule."""

    notebooks: tuple[str, ...]
    values: dict[str, Any] = {}
    schedule: Schedule | None = None


class Recipient(Strict):
    """Who gets the mail, and which part of it."""

    address: Address
    name: str = ""
    roles: tuple[Owner, ...] = ()
    attach_excel: bool = False


class Bot(Strict):
    """A chat group's robot; its address and key stand in environment variables only."""

    kind: Literal["wecom", "dingtalk", "feishu"]
    url_env: str
    secret_env: str = ""


class ShopSettings(Strict):
    """params/shops/<shop>.yaml; a shop without a file runs on these defaults."""

    id: str = "demo"
    name: str = ""
    platform: Platform = "tmall"
    category: str = ""
    lang: Literal["zh", "en"] = "zh"
    timezone: str = "Asia/Shanghai"
    up_color: Colour = "#C8102E"
    down_color: Colour = "#0B6E6E"
    recipients: tuple[Recipient, ...] = ()
    owner_address: Address | Literal[""] = ""
    send_policy: Literal["always", "on_act", "on_change"] = "always"
    on_blocking: Literal["mark", "hold"] = "mark"
    base_url: Annotated[str, Field(pattern=r"^(https?://[^\s\"'<>]+)?$")] = ""
    bots: tuple[Bot, ...] = ()
    targets: Targets = {}
    thresholds: Annotated[dict[str, float], AfterValidator(_thresholds)] = {}
    gross_margin: float | None = Field(None, gt=0, lt=1)
    ad_day_cap: dict[str, Annotated[float, Field(gt=0)]] = {}

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"{value!r} is not a time zone such as Asia/Shanghai") from error
        return value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


# How long after a campaign what was only pulled forward may still be missing.
_COOL_DOWN = dt.timedelta(days=14)


class CampaignSettings(Strict):
    """params/campaigns/<id>.yaml: phases, targets, budget and items of one campaign."""

    id: str
    name: str
    kind: str = "own_theme"
    shops: tuple[str, ...] = ()
    phases: dict[Phase, tuple[dt.date, dt.date]]
    targets: Targets = {}
    budget: float | None = Field(None, gt=0)
    items: tuple[str, ...] = ()
    items_file: str = ""
    previous: str = ""

    @property
    def review_day(self) -> dt.date:
        """The last day a review looks at: the end of the cool-down, else two weeks after the last phase."""
        if "cool_down" in self.phases:
            return self.phases["cool_down"][1]
        return max(last for _first, last in self.phases.values()) + _COOL_DOWN

    @model_validator(mode="after")
    def _phases_run_forward(self) -> "CampaignSettings":
        if "peak" not in self.phases:
            raise ValueError("phases: 'peak' is missing; a campaign needs its main days")
        for name, (first, last) in self.phases.items():
            if first > last:
                raise ValueError(f"phases: {name} begins {first} after it ends {last}")
        return self


class Threshold(Strict):
    """One number a rule uses, with where it comes from."""

    value: float
    source: str
    folk: bool = False


class WarningRule(Strict):
    """How serious a data warning is and which verdicts it stops (a finding id or `*`)."""

    level: Literal["blocking", "warn", "info"]
    stops: tuple[str, ...] = ()


class Route(Strict):
    """Signal -> owner -> first step -> due -> proof."""

    owner: Owner
    first_step: str
    due_days: int = 1
    proof: str
    calm: bool = False  # a step that stands where nothing is wrong: to use a decided gain


class Rules(Strict):
    """params/rules.yaml."""

    thresholds: dict[str, Threshold]
    warnings: dict[str, WarningRule]
    states: dict[str, str]
    routes: dict[str, Route]

    def threshold(self, name: str, shop: ShopSettings | None = None) -> float:
        """A threshold's value; the shop's file wins."""
        if shop and name in shop.thresholds:
            return shop.thresholds[name]
        return self.thresholds[name].value


def validate(family: str, values: dict[str, Any], place: str = "") -> dict[str, Any]:
    """Values of a family's notebooks, checked and typed; every problem is named at once.

    `place` says where they were written (a file, the command line). Returns all fields, defaults included.
    """
    model = FAMILIES.get(family, ReportParams)
    try:
        return model.model_validate(values).model_dump()
    except ValidationError as error:
        raise readable(error, place or family, model) from error


@cache
def rules() -> Rules:
    """The rules of the project."""
    path = PROJECT / "params" / "rules.yaml"
    return checked(Rules, values_of(path), path)


def family_file(home: Home, family: str) -> FamilyFile:
    """params/<family>.yaml of this home, its values checked against the family's model."""
    path = home.params(f"{family}.yaml")
    if not path.exists():
        raise ParamsError(
            "There is no {file}; a job is one of {jobs} or a notebook's path.",
            file=f"params/{family}.yaml",
            jobs=", ".join(FAMILIES),
        )
    found = checked(FamilyFile, values_of(path), path)
    validate(family, found.values, path.name)
    return found


def shop_settings(home: Home, shop: str) -> ShopSettings:
    """params/shops/<shop>.yaml, or the defaults when the shop has no file."""
    path = home.params(f"shops/{shop}.yaml")
    values = values_of(path) if path.exists() else {}
    return checked(ShopSettings, {"name": shop, **values, "id": shop}, path)


def campaign_settings(home: Home, campaign: str) -> CampaignSettings:
    """params/campaigns/<campaign>.yaml."""
    path = home.params(f"campaigns/{campaign}.yaml")
    if not path.exists():
        raise ParamsError(
            "There is no campaign file {file}; `shopbook new-campaign {campaign}` writes one.",
            file=f"params/campaigns/{campaign}.yaml",
            campaign=campaign,
        )
    return checked(CampaignSettings, {**values_of(path), "id": campaign}, path)


def campaigns_of(home: Home, shop: str) -> list[CampaignSettings]:
    """The campaigns of a shop, oldest peak first; a campaign without `shops` belongs to every shop."""
    folders = (home.root / "params" / "campaigns", PROJECT / "params" / "campaigns")
    ids = {path.stem for folder in folders for path in folder.glob("*.yaml")}
    found = [campaign_settings(home, campaign) for campaign in sorted(ids)]
    mine = [each for each in found if not each.shops or shop in each.shops]
    return sorted(mine, key=lambda each: each.phases["peak"])
