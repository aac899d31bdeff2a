"""The one thing pyproject.toml cannot say: an editable install must place the nbconvert template, too."""

from setuptools import Distribution, setup


class WithData(Distribution):
    """An editable install asks its distribution for `has_data`, which setuptools never defines."""

    def has_data(self) -> bool:
        return bool(self.data_files)


setup(distclass=WithData)
