"""`make sbom`: every package that the program runs on or sends to a browser, in CycloneDX's format, for others' tools.

It does not follow what a package carries inside itself (OpenSSL in cryptography, libpq in psycopg-binary), and Python
and what the operating system brings do not stand in it.
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
"""Where the metadata names no licence or only “BSD”: read in the file LICENSE of the package."""
CLASSIFIED = {"Apache Software License": "Apache-2.0", "MIT License": "MIT"}
"""The classifiers that mean exactly one licence."""


def bom() -> Bom:
    """The list. Raises LookupError where a package is not installed as pinned, or does not say its licence."""
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
    said = metadata(pin.name)
    if said["Version"] != pin.version:
        raise LookupError(f"{pin.name} {said['Version']} is installed, {pin.version} is pinned: make setup")
    return _component(PackageURL("pypi", None, canonicalize_name(pin.name), pin.version), licence_of(said))


def licence_of(said: PackageMetadata) -> str:
    """The licence of a Python package as an SPDX expression. Raises LookupError where nobody has said it."""
    stated = [said[field] for field in ("License-Expression", "License") if field in said]
    if exact := next((one for one in stated if one and (is_supported_id(one) or is_expression(one))), None):
        return exact
    name, classifiers = said["Name"], said.get_all("Classifier") or []
    classified = {CLASSIFIED.get(one.rpartition(" :: ")[2], "") for one in classifiers} - {""}
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
