"""The Responses family: items in, items out (https://platform.openai.com/docs/api-reference/responses, read 2026-11-22).

An answer is a list of *items*; a message item and a reasoning item hold several contents. Here each content is a part of its
own; `{"item": facts, "part": n}` in its metadata says which item it was in and where, so that items can be put together again:
part 0 begins an item.
"""
