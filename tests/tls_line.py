"""The line to a server of the region: TLS in front of a PostgreSQL that was built without it, and it can be cut.

    with Line(upstream_port, certificate) as line:
        line.cut()         # nobody gets through; who was, is cut off
        line.hang()        # takes connections and lets nothing through
        line.mend()

The wheel that brings the server has no TLS of its own. A pooler in front of a region does the same in earnest.
"""

import asyncio
import ssl
import struct
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

_SSL_REQUEST, _GSS_REQUEST = 80877103, 80877104
"""What a client asks before anything else, as PostgreSQL's protocol numbers it."""


class Line:
    """A listener on a free port of 127.0.0.1 that answers TLS and hands on what comes through."""

    def __init__(self, upstream: int, certificate: ssl.SSLContext) -> None:
        self._upstream = upstream
        self._certificate = certificate
        self._loop = asyncio.new_event_loop()
        self._open: set[asyncio.StreamWriter] = set()
        self._through = asyncio.Event()
        self._is_cut = False
        self.port = 0
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._through.set()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def cut(self) -> None:
        """From here on nobody gets through, and who was there is cut off."""
        self._do(self._cut())

    def hang(self) -> None:
        """From here on nothing comes through; nobody is told."""
        self._do(self._hold())

    def mend(self) -> None:
        """Everything comes through again; who was there while it hung has given up, and is cut off."""
        self._do(self._mend())

    @property
    def busy(self) -> bool:
        """Whether somebody is on it now."""
        return bool(self._open)

    def _do(self, what: "asyncio.Future[None] | object") -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(10)  # type: ignore[arg-type]

    # --- on its own thread ------------------------------------------------------------------

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._taken, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _cut(self) -> None:
        self._is_cut = True
        for one in list(self._open):
            with suppress(OSError):
                one.transport.abort()

    async def _hold(self) -> None:
        self._through.clear()

    async def _mend(self) -> None:
        if not self._through.is_set():
            await self._cut()
        self._is_cut = False
        self._through.set()

    async def _end(self) -> None:
        await self._cut()
        self._server.close()
        mine = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not mine]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            if self._is_cut or not await self._encrypted(reader, writer):
                return
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._upstream)
            self._open.add(far_writer)
            try:
                ways = {
                    asyncio.ensure_future(self._hand_on(reader, far_writer)),
                    asyncio.ensure_future(self._hand_on(far_reader, writer)),
                }
                _done, rest = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                for way in rest:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
            finally:
                self._open.discard(far_writer)
                far_writer.transport.abort()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._open.discard(writer)
            writer.transport.abort()

    async def _encrypted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        while True:
            length, asked = struct.unpack("!II", await reader.readexactly(8))
            if length == 8 and asked == _GSS_REQUEST:
                writer.write(b"N")
            elif length == 8 and asked == _SSL_REQUEST:
                writer.write(b"S")
                await writer.drain()
                await writer.start_tls(self._certificate)
                return True
            else:
                return False  # in the clear nobody comes in

    async def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            await self._through.wait()
            writer.write(data)
            await writer.drain()
