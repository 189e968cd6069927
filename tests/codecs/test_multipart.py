from collections.abc import Iterable
from email import message_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelruntime.codecs.multipart import FormFile, form_fields, form_request


def rendered(fields: Iterable[tuple[str, str]], file: FormFile) -> tuple[str, bytes]:
    request = form_request("http://x", fields, file)
    return dict(request.headers)["content-type"], request.whole_body


def parts_of(content_type, body):
    boundary = b"--" + content_type.partition("boundary=")[2].encode()
    pieces = body.split(boundary)
    assert pieces[0] == b""
    assert pieces[-1] == b"--\r\n"
    for piece in pieces[1:-1]:
        head, _, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        yield head.decode(), content.removesuffix(b"\r\n")


@given(st.binary(max_size=200), st.lists(st.tuples(st.sampled_from(["model", "x[]"]), st.text(max_size=20)), max_size=4))
def test_every_part_comes_back_as_it_went_in(data, fields):
    parts = list(parts_of(*rendered(fields, FormFile("file", "a.wav", "audio/wav", data))))
    assert [content.decode() for _, content in parts[:-1]] == [value for _, value in fields]
    assert parts[-1] == ('Content-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav', data)


def test_the_same_call_gives_the_same_bytes_and_another_call_another_boundary():
    file = FormFile("file", "a.wav", "audio/wav", b"1")
    assert rendered([("a", "b")], file) == rendered([("a", "b")], file)
    assert rendered([("a", "c")], file)[0] != rendered([("a", "b")], file)[0]


def test_a_form_is_read_by_the_standard_library():
    content_type, body = rendered([("model", "m")], FormFile("file", "a.wav", "audio/wav", b"\x00\xff\r\n--"))
    found = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    assert found.is_multipart()
    assert [part.get_param("name", header="content-disposition") for part in found.walk() if not part.is_multipart()] == [
        "model",
        "file",
    ]


def test_names_cannot_break_out_of_their_header():
    file = FormFile("file", 'a"\r\nX-Evil: 1', "audio/wav\r\nX-Evil: 2", b"")
    _, body = rendered([('n"\r\nX-Evil: 3', "v")], file)
    assert b"\nX-Evil" not in body
    assert b'filename="a%22%0D%0AX-Evil: 1"' in body
    assert b"Content-Type: application/octet-stream" in body


def test_a_file_name_keeps_its_script():
    _, body = rendered([], FormFile("file", "录音.wav", "audio/wav", b""))
    assert 'filename="录音.wav"'.encode() in body


@pytest.mark.parametrize(
    "value, fields",
    [
        ("x", [("p", "x")]),
        (0.5, [("p", "0.5")]),
        (True, [("p", "true")]),
        (False, [("p", "false")]),
        (None, []),
        (["a", "b"], [("p[]", "a"), ("p[]", "b")]),
        (("a",), [("p[]", "a")]),
        ({"type": "server_vad", "threshold": 0}, [("p[type]", "server_vad"), ("p[threshold]", "0")]),
    ],
)
def test_values_become_fields(value, fields):
    assert list(form_fields("p", value)) == fields
