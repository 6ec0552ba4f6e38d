"""A server in place of Milvus that answers every request with 200 and remembers it: HTTP/2 and HTTP/1.1 on one port, whatever is gRPC and what not."""

import asyncio
import threading

import h2.config
import h2.connection
import h2.events


class Recorder:
    """Listens on 127.0.0.1 for as long as the program runs. In seen is (path, [(name, value), …]) of each request."""

    def __init__(self, port):
        self.seen = []
        self._open = threading.Event()
        threading.Thread(target=asyncio.run, args=(self._serve(port),), daemon=True).start()
        if not self._open.wait(20):
            raise RuntimeError(f"the recorder does not listen on {port}")

    def taken(self):
        """What came since this was last asked."""
        taken, self.seen[:] = list(self.seen), []
        return taken

    async def _serve(self, port):
        async with await asyncio.start_server(self._connected, "127.0.0.1", port) as server:
            self._open.set()
            await server.serve_forever()

    async def _connected(self, reader, writer):
        try:
            first = await reader.read(65536)
            # HTTP/2 begins with "PRI *", which no HTTP/1.1 does
            await (self._http2 if first.startswith(b"PRI ") else self._http1)(first, reader, writer)
        except OSError:
            pass  # Envoy may break off what it has no use for
        finally:
            writer.close()

    async def _http1(self, received, reader, writer):
        while b"\r\n\r\n" not in received:
            more = await reader.read(65536)
            if not more:
                return
            received += more
        request, *fields = received.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        self.seen.append((request.split(" ")[1], [(name.lower(), value.strip()) for name, _, value in (field.partition(":") for field in fields)]))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        await writer.drain()

    async def _http2(self, received, reader, writer):
        connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="latin-1"))
        connection.initiate_connection()
        while received:
            for event in connection.receive_data(received):
                if isinstance(event, h2.events.RequestReceived):
                    self.seen.append((dict(event.headers)[":path"], event.headers))
                elif isinstance(event, h2.events.DataReceived):
                    connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, h2.events.StreamEnded):
                    connection.send_headers(event.stream_id, [(":status", "200"), ("content-type", "application/grpc")])
                    connection.send_data(event.stream_id, bytes(5))
                    connection.send_headers(event.stream_id, [("grpc-status", "0")], end_stream=True)
            writer.write(connection.data_to_send())
            await writer.drain()
            received = await reader.read(65536)
