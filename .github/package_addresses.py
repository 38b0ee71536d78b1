"""Gives the package the addresses of the repository that builds it, as an index has no files beside the README."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class Addresses(MetadataHookInterface):
    """Sets the README, and, in a workflow of GitHub, the project's addresses."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Let the README's links lead to the files of the commit that is built; elsewhere no address is known."""
        metadata["urls"] = {}
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        if {"GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA"} <= os.environ.keys():
            repository = "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}".format_map(os.environ)
            files = f"{repository}/blob/{os.environ['GITHUB_SHA']}"
            text = re.sub(r"\]\((?![a-z]+:|#)", f"]({files}/", text)
            metadata["urls"] |= {
                "Repository": repository,
                "Documentation": f"{files}/generated/docs/en/README.md",
                "中文文档": f"{files}/generated/docs/zh-CN/README.md",
                "Changelog": f"{files}/CHANGELOG.md",
                "Issues": f"{repository}/issues",
                "Security": f"{files}/.github/SECURITY.md",
            }
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
