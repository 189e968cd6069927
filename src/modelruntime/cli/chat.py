"""`modelruntime chat`: one question, or a conversation."""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from modelruntime.cli.arguments import Commands, add_call_options, call_options, command, model_name, print_warnings, text_argument
from modelruntime.cli.console import Console

if TYPE_CHECKING:
    from modelruntime.entities.llm_result import LLMResult
    from modelruntime.runtime.llm import LLM


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = command(
        commands,
        "chat",
        run,
        "ask a language model, or talk to it when no text is given",
        (
            "chat local",
            'chat local "Name three primes" -p temperature=0',
            "chat local/qwen2.5-coder-0.5b-instruct @question.txt --schema @answer.schema.json",
        ),
    )
    parser.add_argument("model", nargs="?", metavar="PROVIDER[/MODEL]", help="default: the first installed local model")
    parser.add_argument("text", nargs="?", help="the question; - reads standard input, @FILE a file")
    parser.add_argument("-s", "--system", metavar="TEXT", help="a system message")
    parser.add_argument("--schema", metavar="@FILE|JSON", help="a JSON Schema the answer must fit")
    parser.add_argument("--no-stream", action="store_true", help="wait for the whole answer")
    add_call_options(parser)


def run(parsed: argparse.Namespace, console: Console) -> int:
    """Answer once, or run the conversation."""
    from modelruntime import Runtime, SystemMessage, UserMessage

    options = call_options(parsed)
    if parsed.schema:
        options["output"] = _schema(parsed.schema)
    with Runtime() as runtime:
        llm = runtime.llm(model_name(runtime, parsed.model, "llm"))
        head: list[Any] = [SystemMessage(parsed.system)] if parsed.system else []
        if parsed.text is None and sys.stdin.isatty() and sys.stdout.isatty() and not console.as_json:
            return _converse(llm, head, options, console)
        text = text_argument(parsed.text if parsed.text is not None else "-")
        result = _ask(llm, [*head, UserMessage(text)], options, console, stream=not (parsed.no_stream or console.as_json))
        if console.as_json:
            console.result(_as_dict(result))
        return 0


def _ask(llm: LLM, messages: list[Any], options: dict[str, Any], console: Console, *, stream: bool) -> LLMResult:
    if not stream:
        result = llm.invoke(messages, **options)
        if not console.as_json:
            console.line(result.text)
    else:
        with llm.stream(messages, **options) as events:
            for piece in events.text():
                console.piece(piece)
            console.line()
            result = events.result()
    print_warnings(console, result.warnings)
    return result


def _converse(llm: LLM, history: list[Any], options: dict[str, Any], console: Console) -> int:
    """Ctrl-C stops an answer; at the prompt it ends the conversation, as does Ctrl-D or `/quit`."""
    from modelruntime import ModelRuntimeError, UserMessage

    with suppress(ImportError):
        import_module("readline")  # gives input() a history and keys to edit with
    console.note(f"{llm.provider}/{llm.model}: write, /clear to start anew, /quit to end")
    start = len(history)
    while True:
        try:
            text = input("you> ")
        except (EOFError, KeyboardInterrupt):
            console.line()
            return 0
        if text.strip() in ("/quit", "/exit"):
            return 0
        if text.strip() == "/clear":
            del history[start:]
            continue
        if not text.strip():
            continue
        history.append(UserMessage(text))
        try:
            history.append(_ask(llm, history, options, console, stream=True).message)
        except KeyboardInterrupt:
            console.note("stopped")
            history.pop()
        except ModelRuntimeError as error:
            console.fail(error.message, kind=type(error).__name__)
            history.pop()


def _schema(given: str) -> Any:
    import json

    from modelruntime import ParameterInvalid

    try:
        return json.loads(text_argument(given))
    except ValueError as cause:
        raise ParameterInvalid(f"--schema is no JSON: {cause}", field="--schema") from cause


def _as_dict(result: LLMResult) -> dict[str, Any]:
    return {
        "model": result.model,
        "text": result.text,
        "reasoning": result.reasoning,
        "tool_calls": [{"id": call.id, "name": call.name, "arguments": call.arguments} for call in result.tool_calls],
        "parsed": result.parsed,
        "finish": result.finish,
        "usage": result.usage,
        "cost": result.cost,
        "warnings": result.warnings,
        "request_id": result.request_id,
    }
