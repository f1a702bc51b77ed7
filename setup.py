"""Finds the packages of every source root (core and addons/<name>); all else is in setup.cfg."""

from pathlib import Path

from setuptools import find_packages, setup

ROOTS = ["core", *sorted(str(manifest.parent.parent) for manifest in Path("addons").glob("*/tradewright_*/__init__.py"))]

package_dir = {"": "core"}
packages: list[str] = []
for root in ROOTS:
    found = find_packages(root, include=["tradewright*"])
    packages += found
    package_dir |= {name: f"{root}/{name}" for name in found if "." not in name and root != "core"}

setup(packages=packages, package_dir=package_dir)
