"""`make sbom`: every package that the program runs on or sends to a browser, in CycloneDX format.

It does not list what a package bundles (OpenSSL in cryptography, libpq in psycopg-binary), Python itself, or anything
from the operating system.
"""

import sys
import tomllib
from importlib.metadata import PackageMetadata, metadata
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.spdx import is_expression, is_supported_id
from packageurl import PackageURL
from packaging.utils import canonicalize_name

from supply.pins import ROOT, RUNTIME, Pin, bundled, npm_lock, python

TARGET = ROOT / "var" / "sbom.json"
READ_BY_US = {
    "jinja2": "BSD-3-Clause",
    "pyasn1-modules": "BSD-2-Clause",
    "pyrage": "MIT",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "segno": "BSD-3-Clause",
}
"""Licences we read in a package's LICENSE file, because its metadata names none or only “BSD”."""
CLASSIFIED = {"Apache Software License": "Apache-2.0", "MIT License": "MIT"}
"""Classifiers that mean exactly one licence."""


def bom() -> Bom:
    """Build the SBOM. Raise LookupError if a package is not installed as pinned, or does not name its licence."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    ours = Component(
        name=project["name"],
        version=project["version"],
        type=ComponentType.APPLICATION,
        bom_ref="blakus",
        licenses=[_licence(project["license"])],
    )
    made = Bom()
    made.metadata.component = ours
    parts = [*map(_from_python, python(RUNTIME)), *_from_npm()]
    made.components.update(parts)
    made.register_dependency(ours, parts)
    return made


def _from_python(pin: Pin) -> Component:
    installed = metadata(pin.name)
    if installed["Version"] != pin.version:
        raise LookupError(f"{pin.name} {installed['Version']} is installed, {pin.version} is pinned: make setup")
    return _component(PackageURL("pypi", None, canonicalize_name(pin.name), pin.version), licence_of(installed))


def licence_of(package: PackageMetadata) -> str:
    """The licence of a Python package as an SPDX expression. Raise LookupError if it is unknown."""
    stated = [package[field] for field in ("License-Expression", "License") if field in package]
    if exact := next((text for text in stated if text and (is_supported_id(text) or is_expression(text))), None):
        return exact
    name, classifiers = package["Name"], package.get_all("Classifier") or []
    classified = {CLASSIFIED.get(classifier.rpartition(" :: ")[2], "") for classifier in classifiers} - {""}
    found = READ_BY_US.get(canonicalize_name(name)) or " OR ".join(sorted(classified))
    if not found:
        raise LookupError(f"{name} does not say its licence: read it, and add it to {Path(__file__).relative_to(ROOT)}")
    return found


def _from_npm() -> list[Component]:
    lock = npm_lock()
    parts = []
    for folder in bundled():
        scope, _, name = folder.rpartition("node_modules/")[2].rpartition("/")
        parts.append(
            _component(PackageURL("npm", scope or None, name, lock[folder]["version"]), lock[folder]["license"])
        )
    return parts


def _component(url: PackageURL, licence: str) -> Component:
    return Component(
        name=url.name,
        group=url.namespace,
        version=url.version,
        type=ComponentType.LIBRARY,
        purl=url,
        bom_ref=url.to_string(),
        licenses=[_licence(licence)],
    )


def _licence(stated: str) -> License:
    made: License = LicenseFactory().make_from_string(stated)
    return made


def main() -> None:
    try:
        made = bom()
    except LookupError as error:
        sys.exit(f"The SBOM could not be made: {error}")
    TARGET.parent.mkdir(exist_ok=True)
    make_outputter(made, OutputFormat.JSON, SchemaVersion.V1_6).output_to_file(
        str(TARGET), allow_overwrite=True, indent=2
    )
    print(f"{TARGET.relative_to(ROOT)}: {len(made.components)} packages, with their licences, as CycloneDX 1.6")


if __name__ == "__main__":
    main()
