"""The family's own client, fed recorded bytes: what it reads there is what we must read."""

import httpx2
from openai import OpenAI

from modelruntime.entities.http import HttpResponse


def client(reply: HttpResponse, sent: list[httpx2.Request] | None = None) -> OpenAI:
    """A client of the `openai` package that gets this reply to whatever it asks; requests are put into `sent`."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        request.read()
        if sent is not None:
            sent.append(request)
        return httpx2.Response(reply.head.status, headers=list(reply.head.headers), content=reply.body)

    transport = httpx2.MockTransport(answer)
    return OpenAI(api_key="none", base_url="http://oracle.test/v1", max_retries=0, http_client=httpx2.Client(transport=transport))
