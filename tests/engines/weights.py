"""Specs of declared local models, for tests on real weights (marked `local`).

The weights are those of the model store that MODELRUNTIME_HOME names, or the user's own; `modelruntime pull small`
brings them.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import modelruntime
from modelruntime.engines.contract import EngineSpec
from modelruntime.engines.spec import spec_for
from modelruntime.schema.loading.read_folder import read_folder
from modelruntime.schema.model import ModelSchema
from modelruntime.schema.problem import ProblemLog

HERE = Path(__file__).parent


@cache
def local_models() -> dict[tuple[str, str], ModelSchema]:
    """Model type and model → what the provider of local models declares."""
    log = ProblemLog()
    (declaration,) = read_folder(Path(modelruntime.__file__).parent / "providers" / "local", log)
    return {(str(model.model_type), model.model): model for model in declaration.models}


def local_spec(model_type: str, model: str, **options: Any) -> EngineSpec:
    """What the host loads for a declared local model. Raises `ModelNotFound` when its weights are missing."""
    return spec_for(
        local_models()[model_type, model], options=options, lookup=lambda _, kind, name: local_models().get((kind, name))
    )
