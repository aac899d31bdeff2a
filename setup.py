"""What pyproject.toml cannot say: the top-level folders of a wheel, the data files of an editable install."""

import shutil
from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
SHIPPED = ("params", "notebooks", "data/sample")


class WithData(Distribution):
    """An editable install asks its distribution for `has_data`, which setuptools never defines."""

    def has_data(self) -> bool:
        return bool(self.data_files)


class WithShipped(build_py):
    """Copies params, notebooks and samples into the package; an editable install reads the checkout's."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib) / "shopbook" / "shipped"
        shutil.rmtree(target, ignore_errors=True)  # a kept build folder may hold what is gone
        hidden = shutil.ignore_patterns(".*", "__pycache__", "scratch_*")
        for name in SHIPPED:
            shutil.copytree(ROOT / name, target / name, ignore=hidden)
        for own in (target / "notebooks" / "custom").glob("*"):
            if own.name != "README.md":
                shutil.rmtree(own) if own.is_dir() else own.unlink()


setup(distclass=WithData, cmdclass={"build_py": WithShipped})
