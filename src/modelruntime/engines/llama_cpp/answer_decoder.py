"""Reads the JSON answer of a model that may answer or call tools, while it is being written.

The grammar (`tool_grammar.py`) allows two shapes, with white space anywhere between tokens:

    {"response": "text"}                                      text, unescaped as it comes
    {"response": <other JSON>}                                the JSON itself, as it comes
    {"tool_calls": [{"name": "n", "arguments": <JSON>}, …]}   calls; the arguments' JSON text as it comes

Any split of the text gives the same pieces, up to how text is cut into deltas. `close` ends what a cut answer left open.
"""

from __future__ import annotations

from collections.abc import Callable, Generator

import msgspec

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "/": "/", "\\": "\\", '"': '"'}
_SPACE = " \t\r\n"


class TextPiece(msgspec.Struct, frozen=True):
    """Some text of the answer."""

    text: str


class CallBegins(msgspec.Struct, frozen=True):
    """A tool call, its name complete."""

    name: str


class CallPiece(msgspec.Struct, frozen=True):
    """Some of the arguments' JSON text."""

    arguments: str


class CallEnds(msgspec.Struct, frozen=True):
    """The call is whole, or was cut."""


Piece = TextPiece | CallBegins | CallPiece | CallEnds
_Emit = Callable[[str], None]
_Reader = Generator[None, str, str]
"""A reader takes one character per `send` and returns the first character that it did not use."""


class AnswerDecoder:
    """`feed` text, get pieces. Text that is not of the expected shape comes out as text: nothing is lost."""

    def __init__(self) -> None:
        self._pieces: list[Piece] = []
        self._seen = ""
        self._in_call = False
        self._decided = False
        self._ended = False
        self._broken = False
        self._reader = self._read_answer()
        next(self._reader)

    def feed(self, text: str) -> list[Piece]:
        """The pieces that `text` completes, adjacent ones of a kind joined."""
        for position, character in enumerate(text):
            if self._broken:
                self._emit_text(text[position:])
                break
            if self._ended:
                self._broken = character not in _SPACE
                if self._broken:
                    self._emit_text(character)
                continue
            if not self._decided:
                self._seen += character
            try:
                self._reader.send(character)
            except StopIteration:
                self._ended = self._decided = True
            except _Unexpected:
                self._broken = True
                self._emit_text(character if self._decided else self._seen)
                self._decided = True
        return self._take()

    def close(self) -> list[Piece]:
        """What a cut answer still owes: the text so far when its shape never showed, the end of an open call."""
        if not self._decided and self._seen:
            self._emit_text(self._seen)
            self._decided = True
        self._end_call()
        return self._take()

    def _take(self) -> list[Piece]:
        pieces, self._pieces = self._pieces, []
        return pieces

    def _emit_text(self, text: str) -> None:
        self._end_call()
        last = self._pieces[-1] if self._pieces else None
        if isinstance(last, TextPiece):
            self._pieces[-1] = TextPiece(last.text + text)
        elif text:
            self._pieces.append(TextPiece(text))

    def _emit_arguments(self, text: str) -> None:
        last = self._pieces[-1] if self._pieces else None
        if isinstance(last, CallPiece):
            self._pieces[-1] = CallPiece(last.arguments + text)
        else:
            self._pieces.append(CallPiece(text))

    def _end_call(self) -> None:
        if self._in_call:
            self._in_call = False
            self._pieces.append(CallEnds())

    # Readers: one character per `yield`.

    def _read_answer(self) -> Generator[None, str, None]:
        character = yield from _expect("{", (yield from _next()))
        key, character = yield from _read_name((yield from _skip(character)))
        character = yield from _skip((yield from _expect(":", (yield from _skip(character)))))
        if key == "response":
            self._decided = True
            if character == '"':
                yield from self._stream_string()
                character = yield from _next()
            else:
                character = yield from self._stream_value(character, self._emit_text)
        elif key == "tool_calls":
            character = yield from self._read_calls(character)
        else:
            raise _Unexpected
        if (yield from _skip(character)) != "}":
            raise _Unexpected

    def _read_calls(self, character: str) -> _Reader:
        character = yield from _skip((yield from _expect("[", character)))
        while character == "{":
            character = yield from _member("name", (yield from _next()))
            name, character = yield from _read_name(character)
            self._decided, self._in_call = True, True
            self._pieces.append(CallBegins(name))
            character = yield from _expect(",", (yield from _skip(character)))
            character = yield from _member("arguments", character)
            character = yield from self._stream_value(character, self._emit_arguments)
            if (yield from _skip(character)) != "}":
                raise _Unexpected
            self._end_call()
            character = yield from _skip((yield from _next()))
            if character == ",":
                character = yield from _skip((yield from _next()))
        return (yield from _expect("]", character))

    def _stream_string(self) -> Generator[None, str, None]:
        """Text of a JSON string up to its closing quote, unescaped; halves of a surrogate pair are joined."""
        high = ""
        while (character := (yield)) != '"':
            if character == "\\":
                escape = yield
                character = (yield from _unicode_escape()) if escape == "u" else _ESCAPES.get(escape, escape)
            if high and "\udc00" <= character <= "\udfff":
                character, high = (high + character).encode("utf-16", "surrogatepass").decode("utf-16"), ""
            elif high:
                self._emit_text("\ufffd")
                high = ""
            if "\ud800" <= character <= "\udbff":
                high = character
            elif character:
                self._emit_text("\ufffd" if "\udc00" <= character <= "\udfff" else character)
        if high:
            self._emit_text("\ufffd")

    def _stream_value(self, character: str, emit: _Emit) -> _Reader:
        """Any JSON value, passed on as it is written, up to the first character after it."""
        depth, quoted, escaped = 0, False, False
        while True:
            if not quoted and depth == 0 and (character in _SPACE or character in ",}]"):
                return character
            emit(character)
            if quoted:
                quoted, escaped = (escaped or character != '"'), (character == "\\" and not escaped)
            elif character == '"':
                quoted = True
            elif character in "{[":
                depth += 1
            elif character in "}]":
                depth -= 1
            if depth == 0 and not quoted and character in '"}]':
                return (yield)
            character = yield


class _Unexpected(Exception):
    """A character that the two shapes do not allow here."""


def _next() -> _Reader:
    return (yield)


def _skip(character: str) -> _Reader:
    while character in _SPACE:
        character = yield
    return character


def _expect(wanted: str, character: str) -> _Reader:
    """Past `wanted` and the white space around it."""
    if (yield from _skip(character)) != wanted:
        raise _Unexpected
    return (yield from _skip((yield)))


def _member(name: str, character: str) -> _Reader:
    """Past `"name":` to the value."""
    key, character = yield from _read_name((yield from _skip(character)))
    if key != name:
        raise _Unexpected
    return (yield from _expect(":", character))


def _read_name(character: str) -> Generator[None, str, tuple[str, str]]:
    """A whole JSON string (a key, a tool's name) and the character after it."""
    if character != '"':
        raise _Unexpected
    raw = '"'
    while True:
        character = yield
        raw += character
        if character == "\\":
            raw += yield
        elif character == '"':
            break
    try:
        return msgspec.json.decode(raw, type=str), (yield)
    except msgspec.DecodeError as cause:
        raise _Unexpected from cause


def _unicode_escape() -> _Reader:
    digits = ""
    while len(digits) < 4:
        digits += yield
    try:
        return chr(int(digits, 16))
    except ValueError as cause:
        raise _Unexpected from cause
