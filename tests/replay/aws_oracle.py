"""What `botocore` reads in an answer of AWS, by the service's own model; and what it says of a request."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from botocore.awsrequest import HeadersDict
from botocore.eventstream import EventStreamBuffer
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel
from botocore.parsers import EventStreamJSONParser, create_parser
from botocore.validate import ParamValidator


@cache
def service(name: str) -> ServiceModel:
    """The model of a service, as the SDK ships it."""
    return ServiceModel(Loader().load_service_model(name, "service-2"), name)


def operation(name: str, of: str) -> OperationModel:
    """One operation of a service."""
    return service(name).operation_model(of)


def read_reply(of: OperationModel, status: int, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """A whole answer, or the error in it."""
    answer = {"status_code": status, "headers": HeadersDict(headers), "body": body}
    parsed: dict[str, Any] = create_parser("rest-json").parse(answer, of.output_shape)
    return parsed


def read_stream(of: OperationModel, body: bytes) -> Iterator[dict[str, Any]]:
    """The events of a streamed answer; an exception among them is `{"Error": …}`."""
    parser = EventStreamJSONParser()
    buffer = EventStreamBuffer()
    buffer.add_data(body)
    shape = of.get_event_stream_output()
    assert shape is not None
    for event in buffer:
        yield parser.parse(event.to_response_dict(), shape)


def complaints(of: OperationModel, parameters: dict[str, Any]) -> str:
    """What the SDK would refuse; empty when it would send them. It knows types, bounds and required members."""
    report = ParamValidator().validate(parameters, of.input_shape)
    return str(report.generate_report()) if report.has_errors() else ""
