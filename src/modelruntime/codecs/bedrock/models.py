"""The models of a region: foundation models, and the inference profiles through which they are called
(https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html and /API_ListInferenceProfiles.html, read
2026-11-28). Both belong to the service `bedrock`, beside `bedrock-runtime`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from modelruntime.codecs.bedrock.model_path import at_service
from modelruntime.codecs.contract import RemoteModel
from modelruntime.codecs.json_value import as_array, as_object, as_text
from modelruntime.codecs.operation import Done, Endpoint, Step
from modelruntime.codecs.paged_listing import Page, PagedListing
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.http import HttpResponse

_PROFILES = "/inference-profiles"
_RERANKS = "rerank"


def parse_foundation(body: JSON) -> Page:
    """Models that serve a type of ours. Those that can be had as provisioned throughput only have another name when they run."""
    rows = [as_object(row) for row in as_array(body.get("modelSummaries"))]
    models: list[RemoteModel] = []
    for row in rows:
        name, kind = as_text(row.get("modelId")), _type_of(row)
        if name and kind and as_array(row.get("inferenceTypesSupported")) != ["PROVISIONED"]:
            models.append(RemoteModel(id=name, label=as_text(row.get("modelName")), model_type=kind, raw=row))
    return Page(tuple(models))


def parse_profiles(body: JSON, foundation: Mapping[str, RemoteModel]) -> Page:
    """Profiles are what their foundation model is; those of a model that is not listed are left out: their type is unknown."""
    models: list[RemoteModel] = []
    for row in map(as_object, as_array(body.get("inferenceProfileSummaries"))):
        arns = [as_text(as_object(model).get("modelArn")) or "" for model in as_array(row.get("models"))]
        base = next((foundation[known] for arn in arns if (known := arn.rpartition("/")[2]) in foundation), None)
        name = as_text(row.get("inferenceProfileArn" if row.get("type") == "APPLICATION" else "inferenceProfileId"))
        if name and base:
            label = as_text(row.get("inferenceProfileName"))
            models.append(msgspec.structs.replace(base, id=name, label=label, raw=row))
    token = as_text(body.get("nextToken"))
    return Page(tuple(models), {"nextToken": token} if token else None)


class RegionListing:
    """One list after the other."""

    __slots__ = ("_endpoint", "_foundation", "_listing")

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = at_service(endpoint, "bedrock")
        self._foundation: dict[str, RemoteModel] | None = None
        self._listing = PagedListing(self._endpoint, "/foundation-models", {}, parse_foundation)

    def start(self) -> Step[tuple[RemoteModel, ...]]:
        """Ask for the foundation models."""
        return self._listing.start()

    def receive(self, response: HttpResponse) -> Step[tuple[RemoteModel, ...]]:
        """Take a page of either list. Raises `InvokeError` for an answer that is none."""
        step = self._listing.receive(response)
        if not isinstance(step, Done):
            return step
        if self._foundation is not None:
            return Done((*self._foundation.values(), *step.result))
        self._foundation = known = {model.id: model for model in step.result}
        paths: dict[str, Any] = {**self._endpoint.profile.paths, "models": self._endpoint.profile.paths.get("profiles", _PROFILES)}
        profile = msgspec.structs.replace(self._endpoint.profile, paths=paths)
        endpoint = msgspec.structs.replace(self._endpoint, profile=profile)
        self._listing = PagedListing(endpoint, _PROFILES, {"maxResults": "1000"}, lambda body: parse_profiles(body, known))
        return self._listing.start()

    def resume(self) -> Step[tuple[RemoteModel, ...]]:
        """Never called: a listing does not wait."""
        raise RuntimeError("a listing never waits")


class BedrockModels:
    """What the account may call in the endpoint's region."""

    name = "bedrock_models"

    def list_models(self, endpoint: Endpoint) -> RegionListing:
        """Foundation models first."""
        return RegionListing(endpoint)


def _type_of(row: JSON) -> str | None:
    """By what goes in and comes out. The vendor knows no modality for scores: its rerankers, which say `TEXT`, say what they
    are in their id alone."""
    goes_in, comes_out = as_array(row.get("inputModalities")), as_array(row.get("outputModalities"))
    if "EMBEDDING" in comes_out:
        return "text-embedding"
    if "TEXT" not in comes_out or "TEXT" not in goes_in:
        return None
    return _RERANKS if _RERANKS in (as_text(row.get("modelId")) or "") else "llm"


CODEC = BedrockModels()
