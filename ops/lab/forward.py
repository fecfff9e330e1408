"""Takes the connections of sockets that it was given, and connects each on to its target.

python -m ops.lab.forward DESCRIPTOR:ADDRESS:PORT...
"""

from __future__ import annotations

import asyncio
import socket
import sys
from contextlib import suppress

_CHUNK = 65536


async def _forward(listener: socket.socket, address: str, port: int) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            onward, back = await asyncio.open_connection(address, port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(_pump(reader, back), _pump(onward, writer))

    server = await asyncio.start_server(serve, sock=listener)
    await server.serve_forever()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
        writer.write_eof()
        return
    writer.close()


async def _main(targets: list[str]) -> None:
    ways = [target.split(":") for target in targets]
    await asyncio.gather(
        *(_forward(socket.socket(fileno=int(fd)), address, int(port)) for fd, address, port in ways)
    )


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1:]))
