"""uvicorn's web sockets, but an answer that is under way when the server ends is brought to its end."""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from modelruntime.gateway.web_socket import ENDING


class DrainingWebSocket(WebSocketsSansIOProtocol):
    """Where uvicorn would close the connection at once it tells the application, which closes it after the answer."""

    def shutdown(self) -> None:
        """The server ends."""
        if self.close_sent or not self.handshake_complete:
            super().shutdown()
            return
        ending: Any = {"type": ENDING}  # an event of our own: both ends of the queue are ours
        self.queue.put_nowait(ending)
