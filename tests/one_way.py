"""A line of its own for one desk, of which either way can be cut: what is sent there is lost, and nobody is told.

with OneWay(server.line.port) as line:
    line.lose("out")   # the region hears nothing; what it says comes through
    line.lose("in")    # the region hears everything, and its answers are lost
    line.mend()        # whoever was cut off comes in anew
"""

import asyncio
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self


class OneWay:
    """A listener on a free port of 127.0.0.1 that hands on what comes, both ways or one."""

    def __init__(self, upstream: int) -> None:
        self._upstream = upstream
        self._loop = asyncio.new_event_loop()
        self._open: set[asyncio.StreamWriter] = set()
        self._lost: set[str] = set()
        self.port = 0
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def lose(self, way: str) -> None:
        """From here on nothing comes through that way: `out` to the region, `in` from it."""
        self._lost.add(way)

    def mend(self) -> None:
        """Both ways are whole; a connection that lost something never finds back, and ends."""
        if self._lost:
            self._lost.clear()
            asyncio.run_coroutine_threadsafe(self._cut(), self._loop).result(10)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._taken, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _cut(self) -> None:
        for one in list(self._open):
            with suppress(OSError):
                one.transport.abort()

    async def _end(self) -> None:
        await self._cut()
        self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._upstream)
            self._open.add(far_writer)
            ways = [
                asyncio.ensure_future(self._hand_on(reader, far_writer, "out")),
                asyncio.ensure_future(self._hand_on(far_reader, writer, "in")),
            ]
            _done, rest = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in rest:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            self._open.discard(far_writer)
            far_writer.transport.abort()
        except OSError:
            pass
        finally:
            self._open.discard(writer)
            writer.transport.abort()

    async def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: str) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                if way not in self._lost:
                    writer.write(data)
                    await writer.drain()
