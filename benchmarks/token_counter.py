"""Counts the tokens of a generated corpus in a fresh process and prints seconds as JSON. `python -m benchmarks.token_counter WHO`.

The corpus: English from the interpreter's own documentation, code from its library, Chinese put together from common words.
The reference package has no vocabulary of its own and fails offline; it is given ours under the name by which it keeps
downloads, and itself checks the vocabulary's SHA-256 against the published one.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ENCODING = "o200k_base"
_URL = f"https://openaipublic.blob.core.windows.net/encodings/{ENCODING}.tiktoken"
_WORDS = "我们|今天|模型|可以|使用|语言|数据|系统|中国|学习|时间|问题|工作|发展|技术|用户|应用|需要|如果|的|了".split("|")


def corpus() -> list[str]:
    """Some 2,000 texts of about a thousand characters."""
    import pydoc_data.topics as topics

    english = "\n".join(topics.topics.values())
    folder = Path(os.__file__).parent
    code = "\n".join((folder / name).read_text("utf-8") for name in ("argparse.py", "inspect.py", "typing.py", "ast.py"))
    chance = random.Random(7)
    chinese = "".join(chance.choice(_WORDS) + ("，" if chance.random() < 0.1 else "") for _ in range(200_000))
    return [text[at : at + 1_000] for text in (english, code, chinese) for at in range(0, len(text), 1_000)]


def ours() -> Callable[[str], list[int]]:
    """What `count_tokens` counts with."""
    import quicktok

    return quicktok.get_encoding(ENCODING).encode_ordinary


def tiktoken() -> Callable[[str], list[int]]:
    """The reference."""
    import quicktok

    vocabulary = quicktok.get_encoding(ENCODING)
    special = range(199_998, vocabulary.n_vocab)
    ranks = (base64.b64encode(vocabulary.decode_single_token_bytes(rank)) + b" %d\n" % rank for rank in range(special.start))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / hashlib.sha1(_URL.encode()).hexdigest()).write_bytes(b"".join(ranks))
        os.environ["TIKTOKEN_CACHE_DIR"] = folder
        import tiktoken

        return tiktoken.get_encoding(ENCODING).encode_ordinary


def main() -> None:
    encode = globals()[sys.argv[1]]()
    texts = corpus()
    digest, tokens = hashlib.sha256(), 0
    for text in texts:
        found = encode(text)
        tokens += len(found)
        digest.update(repr(list(found)).encode())
    least = float("inf")
    for _ in range(3):
        start = time.process_time()
        for text in texts:
            encode(text)
        least = min(least, time.process_time() - start)
    print(json.dumps({"tokens": tokens, "seconds": least, "digest": digest.hexdigest(), "texts": len(texts)}))


if __name__ == "__main__":
    main()
