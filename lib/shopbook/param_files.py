"""Parameter files read and checked: every problem at once, with its line, what was found, what is allowed."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from shopbook.errors import ParamsError
from shopbook.text import tr
from shopbook.yaml_file import line_of, load_yaml

Model = TypeVar("Model", bound=BaseModel)


def values_of(path: Path) -> dict[str, Any]:
    """The `name: value` lines of a parameter file."""
    try:
        found = load_yaml(path)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ParamsError(
            "{file} cannot be read as YAML: {reason}", file=path.name, reason=" ".join(str(error).split())
        ) from error
    if not isinstance(found, dict):
        raise ParamsError("{file} holds no `name: value` lines but {found!r}.", file=path.name, found=found)
    return found


def checked(model: type[Model], values: dict[str, Any], path: Path) -> Model:
    """The values of a file as a model."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise readable(error, path.name, model, path) from error


def readable(
    error: ValidationError, place: str, model: type[BaseModel], path: Path | None = None
) -> ParamsError:
    """All problems of one set of values in one message that says where they stand and what is accepted."""
    lines = []
    for problem in error.errors():
        name = ".".join(str(part) for part in problem["loc"])
        line = line_of(path, problem["loc"]) if path else None
        where = tr("line {line}: ", line=line) if line else ""
        reason = _reason(problem)
        lines.append(f"{where}{name} = {problem['input']!r}: {reason}" if name else f"{where}{reason}")
    return ParamsError(
        "{place}: {count} parameter(s) do not hold.\n  {problems}\n  Known names: {known}.",
        place=place,
        count=len(lines),
        problems="\n  ".join(lines),
        known=", ".join(model.model_fields),
    )


# What a pattern asks for, by its first letters.
_EXAMPLES = {"^[^@\\s": "name@example.com", "^#[0-9": "#C8102E", "^(http": "https://example.com/reports"}


def _reason(problem: Any) -> str:
    """One problem in the run's language; what has no sentence of ours keeps pydantic's English one."""
    kind, context = problem["type"], problem.get("ctx") or {}
    if "error" in context:
        return str(context["error"])
    if kind == "extra_forbidden":
        return tr("this name is not known")
    if kind == "string_pattern_mismatch":
        return tr(
            "this must look like {example}", example=_EXAMPLES.get(context["pattern"][:6], context["pattern"])
        )
    if kind == "missing":
        return tr("this value is missing")
    if kind.startswith("string"):
        return tr("this must be text; write it in quotes")
    if kind.startswith(("int", "float")):
        return tr("this must be a number")
    if kind.startswith(("greater", "less")):
        signs = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}
        limits = ", ".join(f"{signs.get(name, name)} {limit:g}" for name, limit in context.items())
        return tr("this lies outside the range ({limits})", limits=limits)
    if kind == "literal_error":
        return tr("this must be one of {choices}", choices=context["expected"].replace(" or ", ", "))
    result: str = problem["msg"]
    return result
