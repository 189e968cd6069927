"""Build hook: the wheel carries the built-in providers and the model families compiled, and the console where it is built.

Compiled files go into the wheel only. A source checkout compiles into the user's cache instead, so that it can never be
older than the YAML beside it. A declaration with an error stops the build.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileProviders(BuildHookInterface):  # type: ignore[type-arg]
    """Compile the declarations under `src/modelruntime` before a wheel is put together."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the snapshot to the files of a wheel; an editable wheel gets none."""
        providers = Path(self.root, "src", "modelruntime", "providers")
        if version == "editable" or self.target_name != "wheel" or not providers.is_dir():
            return
        with NamedTemporaryFile(suffix=".snapshot", delete=False) as file:
            file.write(_compiled(Path(self.root, "src"), providers))
        with NamedTemporaryFile(suffix=".msgpack", delete=False) as families:
            families.write(_compiled_families(Path(self.root, "src")))
        self._drafts = (Path(file.name), Path(families.name))
        build_data["force_include"][file.name] = "modelruntime/providers/providers.snapshot"
        build_data["force_include"][families.name] = "modelruntime/schema/profiles/families.msgpack"
        # git ignores the console's pages, and so would the wheel.
        console = Path(self.root, "src", "modelruntime", "console", "dist")
        if (console / "index.html").is_file():
            build_data["force_include"][str(console)] = "modelruntime/console/dist"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the drafts."""
        drafts: tuple[Path, ...] = getattr(self, "_drafts", ())
        for draft in drafts:
            draft.unlink(missing_ok=True)


def _compiled_families(source: Path) -> bytes:
    sys.path.insert(0, str(source))
    try:
        from modelruntime.schema.family_files import FOLDER, read_families
    finally:
        sys.path.remove(str(source))
    return read_families(FOLDER).encode()


def _compiled(source: Path, providers: Path) -> bytes:
    sys.path.insert(0, str(source))
    try:
        from modelruntime.schema.compiled import compile_path
        from modelruntime.schema.snapshot import Snapshot
    finally:
        sys.path.remove(str(source))
    content = compile_path(providers)
    errors = [str(problem) for problem in Snapshot(content).problems if problem.severity == "error"]
    if errors:
        raise SystemExit("the built-in providers have errors:\n" + "\n".join(errors))
    return content
