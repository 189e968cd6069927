"""Equality of requests up to what a vendor takes as the same: key order, nulls, defaults, a text for a list of one text."""

from __future__ import annotations

from typing import Any

from tests.spike.gemini import camel
from tests.spike.wire import JSON, bytes_of, difference, without_nulls


def compare(recorded: Any, rendered: Any) -> str | None:
    return difference(without_nulls(recorded), without_nulls(rendered))


def _blocks(content: Any, kind: str = "text") -> list[JSON]:
    return [{"type": kind, "text": content}] if isinstance(content, str) else list(content or ())


def _joined(turns: list[JSON], role: str, field: str) -> list[JSON]:
    """Consecutive turns of one role as one: the vendor joins them too."""
    joined: list[JSON] = []
    for turn in turns:
        if joined and joined[-1][role] == turn[role]:
            joined[-1][field] += turn[field]
        else:
            joined.append({**turn, field: list(turn[field])})
    return joined


def anthropic(body: JSON) -> JSON:
    def block(b: JSON) -> JSON:
        if b["type"] != "tool_result":
            return b
        return {**b, "content": _blocks(b.get("content")), "is_error": b.get("is_error") or None}

    turns = [{**m, "content": [block(b) for b in _blocks(m["content"])]} for m in body["messages"]]
    tools = [{k: v for k, v in t.items() if (k, v) != ("type", "custom")} for t in body.get("tools") or ()]
    changed = {"messages": _joined(turns, "role", "content"), "system": _blocks(body.get("system")), "tools": tools}
    return {**body, **changed, "stream": body.get("stream") or None}


def items(output: list[JSON]) -> list[JSON]:
    """Items without what need not go back: log probabilities; and a message's texts as lists."""

    def content(part: JSON) -> JSON:
        return {k: v for k, v in part.items() if k != "logprobs"}

    def item(i: JSON) -> JSON:
        if i.get("type", "message") != "message":
            return i
        kind = "output_text" if i["role"] == "assistant" else "input_text"
        return {**i, "type": "message", "content": [content(p) for p in _blocks(i["content"], kind)]}

    return [item(i) for i in output]


def responses(body: JSON) -> JSON:
    given = body.get("input") or []
    turns = [{"role": "user", "content": given}] if isinstance(given, str) else given
    choice = None if body.get("tool_choice") == "auto" else body.get("tool_choice")
    return {**body, "input": items(turns), "stream": body.get("stream") or None, "tool_choice": choice}


def gemini(body: JSON) -> JSON:
    body = camel(body)

    def part(p: JSON) -> JSON:
        p = {k: v for k, v in p.items() if (k, v) not in (("thought", False), ("text", ""))}
        if data := p.get("inlineData"):
            return {**p, "inlineData": {**data, "data": bytes_of(data["data"]).hex()}}
        if (result := p.get("functionResponse")) and result.get("parts"):
            return {**p, "functionResponse": {**result, "parts": [part(q) for q in result["parts"]]}}
        return p

    turns = [{"role": c.get("role", "user"), "parts": [part(p) for p in c["parts"]]} for c in body.get("contents", ())]
    turns = [{**t, "role": "model" if t["role"] == "model" else "user"} for t in turns]
    system = {"parts": (body.get("systemInstruction") or {}).get("parts")}
    entries = [{k: v} for t in body.get("tools") or () for k, v in t.items()]
    declared = [d for t in entries for d in t.get("functionDeclarations", ())]
    hosted = [t for t in entries if "functionDeclarations" not in t]
    tools = ([{"functionDeclarations": declared}] if declared else []) + hosted
    config = {k: v for k, v in (body.get("generationConfig") or {}).items() if v is not None}
    if choice := (body.get("toolConfig") or {}).get("functionCallingConfig"):
        body["toolConfig"] = {**body["toolConfig"], "functionCallingConfig": {**choice, "mode": choice["mode"].upper()}}
    changed = {
        "contents": _joined(turns, "role", "parts"),
        "systemInstruction": system,
        "tools": tools,
        "generationConfig": config or None,
    }
    return {**body, **changed}
