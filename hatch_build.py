"""Compiles the shipped knowledge and the program's own translations when a wheel is built."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileKnowledge(BuildHookInterface):
    """Adds the image of the knowledge base and the binary catalogues to the wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile into a folder of the build and have the wheel include the results."""
        if version == "editable":  # a checkout reads its YAML through the cache
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        from kb.store import compile_folder
        from kb.translation import compiled_file

        self._compiled = tempfile.TemporaryDirectory()
        out = Path(self._compiled.name)
        image = out / "shipped.image"
        compile_folder(root / "kb" / "data", image)
        build_data["force_include"][str(image)] = "kb/shipped.image"
        for po in sorted((root / "voltriage" / "locale").glob("*.po")):
            mo = out / f"{po.stem}.mo"
            mo.write_bytes(compiled_file(po, po.stem))
            build_data["force_include"][str(mo)] = f"voltriage/locale/{po.stem}.mo"
        build_data["pure_python"] = True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002  # hatch's
        """Remove what was compiled once it is in the wheel."""
        if version != "editable":
            self._compiled.cleanup()
