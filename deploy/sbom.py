"""Prints a CycloneDX bill of materials for a pinned requirements file, from what is installed. No network."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement


def component(line: str) -> Component:
    """One library; PackageNotFoundError where the file names what is not installed in that version."""
    requirement = Requirement(line)
    about = metadata(requirement.name)
    version = about["Version"]
    if not requirement.specifier.contains(version, prereleases=True):
        raise PackageNotFoundError(f"{line} (installed: {version})")
    licence = about.get("License-Expression") or about.get("License") or ""
    short = licence.strip().splitlines()[0] if licence.strip() else ""
    return Component(
        type=ComponentType.LIBRARY,
        name=about["Name"],
        version=version,
        purl=PackageURL("pypi", name=requirement.name.lower().replace("_", "-"), version=version),
        licenses=[LicenseFactory().make_from_string(short)] if short else [],
    )


def main(requirements: Path) -> None:
    lines = [line.partition("#")[0].strip() for line in requirements.read_text().splitlines()]
    bom = Bom(components=[component(line) for line in lines if line and not line.startswith("-")])
    bom.metadata.component = Component(
        type=ComponentType.APPLICATION, name="inbox-bot", version=metadata("inbox-bot")["Version"]
    )
    bom.register_dependency(bom.metadata.component, bom.components)
    sys.stdout.write(JsonV1Dot6(bom).output_as_string(indent=2) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
