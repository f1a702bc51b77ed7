"""Finds the packages of every source root (core and addons/<name>); all else is in setup.cfg."""

from pathlib import Path

from setuptools import find_packages, setup

addons = Path("addons").glob("*/tradewright_*/__init__.py")
roots = ["core", *sorted(str(package.parents[1]) for package in addons)]

package_dir = {"": "core"}
packages: list[str] = []
for root in roots:
    found = find_packages(root, include=["tradewright*"])
    packages += found
    package_dir |= {name: f"{root}/{name}" for name in found if "." not in name and root != "core"}

setup(packages=packages, package_dir=package_dir)
