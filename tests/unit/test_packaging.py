"""pyproject, lock, environment.yml and container name the same packages and files; the lock is hashed."""

import ast
import importlib.metadata
import json
import re
import sys
import tomllib

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from shopbook.home import PROJECT

# Conda's names where they differ from PyPI's.
CONDA = {"python-tzdata": "tzdata", "python-duckdb": "duckdb"}


def project() -> dict:
    return tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def named(requirements: list[str]) -> dict[str, Requirement]:
    found = [Requirement(text) for text in requirements]
    return {canonicalize_name(each.name): each for each in found}


def lock() -> dict[str, list[str]]:
    """Locked versions by package; several where Python versions differ."""
    text = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    versions: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^\s;]+)", text, flags=re.M):
        versions.setdefault(canonicalize_name(name), []).append(version)
    return versions


def test_the_lock_pins_every_requirement_within_its_range():
    extras = project()["optional-dependencies"]
    wanted = named([*project()["dependencies"], *(each for extra in extras.values() for each in extra)])
    locked = lock()
    for name, requirement in wanted.items():
        assert name in locked, f"{name} is not in requirements.lock"
        for version in locked[name]:
            assert requirement.specifier.contains(version, prereleases=True), f"{name}=={version}"


# Parts of a declared package's own interface that we import by their own name.
THROUGH = {
    "ipython": "ipykernel", "traitlets": "nbconvert", "pillow": "matplotlib", "jupyter-client": "nbclient",
    "jupyter-core": "nbclient", "tornado": "ipykernel", "jsonschema": "nbformat", "distributed": "dask",
}  # fmt: skip


def imported() -> set[str]:
    """Top-level names that lib imports and that come from elsewhere."""
    found = set()
    for path in (PROJECT / "lib").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {"shopbook", "papermill_warm"}


def test_lib_imports_only_what_the_project_declares():
    extras = project()["optional-dependencies"]
    shipped = {name: rows for name, rows in extras.items() if name != "dev"}
    declared = set(named([*project()["dependencies"], *(each for rows in shipped.values() for each in rows)]))
    owners = importlib.metadata.packages_distributions()
    for module in imported():
        owner = {canonicalize_name(name) for name in owners.get(module, [module])}
        assert {THROUGH.get(name, name) for name in owner} & declared, f"{module} ({', '.join(owner)})"


def test_the_lock_is_hashed_and_names_no_index():
    text = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^[A-Za-z0-9_.-]+(?:\[[^\]]*\])?==", text, flags=re.M)
    assert len(pins) > 100
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=[A-Za-z0-9])", text.strip()))
    assert "://" not in text
    assert "--index" not in text


def test_environment_yml_agrees_with_pyproject():
    listed = yaml.safe_load((PROJECT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    pip = next(each["pip"] for each in listed if isinstance(each, dict))
    assert pip[-1] == "-e ."
    conda = [each for each in listed if isinstance(each, str) and each.split()[0] not in ("python", "pip")]
    here = named([text.replace(" ", "") for text in conda] + pip[:-1])
    here = {canonicalize_name(CONDA.get(name, name)): each for name, each in here.items()}
    extras = {name: rows for name, rows in project()["optional-dependencies"].items() if name != "dev"}
    wanted = named([*project()["dependencies"], *(each for rows in extras.values() for each in rows)])
    assert set(here) == set(wanted)
    for name, requirement in wanted.items():
        assert here[name].specifier == requirement.specifier, name


def test_the_container_gets_every_file_that_the_wheel_is_made_of():
    lines = (PROJECT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = {name for line in lines if line.startswith("COPY ") for name in line.split()[1:-1]}
    assert [name for name in copied if not (PROJECT / name).exists()] == []
    shipped = re.search(r"^SHIPPED = (.+)$", (PROJECT / "setup.py").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(ast.literal_eval(shipped[1])) | {"lib", "pyproject.toml", "setup.py", "MANIFEST.in"} <= copied
    user, installed = lines.index("USER shopbook"), lines.index("RUN shopbook demo")
    assert user < installed, "the demo is the user's, not root's"


def test_the_development_container_calls_commands_that_exist():
    settings = json.loads((PROJECT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    targets = re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    called = re.findall(r"make ([a-z]+)", settings["postCreateCommand"])
    assert called
    assert set(called) <= set(targets)
