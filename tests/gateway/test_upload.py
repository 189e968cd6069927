"""Uploads: what is read, what is refused, and where a large file waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from modelruntime.gateway.body import ClientGone
from modelruntime.gateway.limits import EdgeLimits
from modelruntime.gateway.refused import Refused
from modelruntime.gateway.upload import Upload, read_upload

FILE = b'--b\r\ncontent-disposition: form-data; name="file"; filename="dir\\\\a.wav"\r\n\r\n%s\r\n'
FIELD = b'--b\r\ncontent-disposition: form-data; name="%s"\r\n\r\n%s\r\n'
END = b"--b--\r\n"
LIMITS = EdgeLimits(upload_bytes=4 * 2**20)


async def read(pieces: Sequence[bytes | None]) -> Upload:
    """The upload that comes in these pieces; None is a client that leaves."""
    waiting = list(pieces)

    async def receive() -> dict[str, Any]:
        piece = waiting.pop(0)
        return {"type": "http.disconnect"} if piece is None else {"type": "http.request", "body": piece, "more_body": bool(waiting)}

    return await read_upload({b"content-type": b"multipart/form-data; boundary=b"}, receive, LIMITS)


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
async def test_a_form_in_pieces(size: int):
    body = FIELD % (b"model", b"m") + FILE % b"RIFFdata" + FIELD % (b"x[]", b"1") + FIELD % (b"x[]", b"2") + END
    upload = await read([body[at : at + size] for at in range(0, len(body), size)])
    with upload.file:
        assert upload.file.read() == b"RIFFdata"
    assert (upload.filename, upload.fields) == ("a.wav", {"model": "m", "x": ["1", "2"]})


async def test_a_large_file_waits_on_disk():
    data = bytes(3 * 2**20)
    upload = await read([FILE % data, END])
    with upload.file:
        assert upload.file._rolled  # type: ignore[attr-defined]
        assert upload.file.read() == data


@pytest.mark.parametrize(
    "pieces, status",
    [
        ([END], 400),
        ([FILE % b"", END], 400),
        ([FIELD % (b"model", b"m"), END], 400),
        ([b"no form"], 400),
        ([FILE % bytes(5 * 2**20), END], 413),
        ([FIELD % (b"model", bytes(2**20 + 1)), END], 413),
    ],
)
async def test_what_is_refused(pieces: list[bytes], status: int):
    with pytest.raises(Refused) as raised:
        await read(pieces)
    assert raised.value.fault.status == status


async def test_a_client_that_leaves():
    with pytest.raises(ClientGone):
        await read([FILE % b"RI", None])
