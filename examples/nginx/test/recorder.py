"""A server in place of Milvus that answers everything and remembers what it was sent: gRPC and HTTP/1.1 on one port, as Milvus has them."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import grpc


class Recorder:
    """Listens on 127.0.0.1 until it is closed. In seen is (path, [(name, value), …]) of each request."""

    def __init__(self, port):
        self.seen = []
        self._grpc = grpc.server(ThreadPoolExecutor(32), (_Methods(self.seen),), options=[("grpc.max_receive_message_length", -1)])
        grpc_port = self._grpc.add_insecure_port("127.0.0.1:0")
        self._grpc.start()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self.seen))
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        self._loop = asyncio.new_event_loop()
        self._open = threading.Event()
        self._writers = set()
        self._thread = threading.Thread(target=self._relay, args=(port, grpc_port, self._http.server_port), daemon=True)
        self._thread.start()
        if not self._open.wait(20):
            raise RuntimeError(f"the recorder does not listen on {port}")

    def taken(self):
        """What came since this was last asked."""
        taken = list(self.seen)
        del self.seen[: len(taken)]
        return taken

    def close(self):
        """Breaks off all connections; nobody listens any more when this returns."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        self._grpc.stop(None)
        self._http.shutdown()

    async def _end(self):
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.sleep(0.1)

    def _relay(self, port, grpc_port, http_port):
        async def pipe(reader, writer):
            try:
                while data := await reader.read(65536):
                    writer.write(data)
                    await writer.drain()
            except OSError:
                pass
            finally:
                writer.close()
                self._writers.discard(writer)

        async def connected(reader, writer):
            # HTTP/2 begins with "PRI *", which no HTTP/1.1 does
            first = await reader.read(65536)
            to_reader, to_writer = await asyncio.open_connection("127.0.0.1", grpc_port if first.startswith(b"PRI ") else http_port)
            self._writers |= {writer, to_writer}
            to_writer.write(first)
            await asyncio.gather(pipe(reader, to_writer), pipe(to_reader, writer))

        asyncio.set_event_loop(self._loop)
        self._server = self._loop.run_until_complete(asyncio.start_server(connected, "127.0.0.1", port))
        self._open.set()
        self._loop.run_forever()


class _Methods(grpc.GenericRpcHandler):
    """Every method there is: an empty message for each request."""

    def __init__(self, seen):
        self._seen = seen

    def service(self, details):
        self._seen.append((details.method, [(name, value) for name, value in details.invocation_metadata]))
        return grpc.unary_unary_rpc_method_handler(lambda request, context: b"")


def _handler(seen):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self):
            seen.append((self.path, [(name.lower(), value) for name, value in self.headers.items()]))
            if self.headers.get("transfer-encoding", "").lower() == "chunked":
                while size := int(self.rfile.readline(), 16):
                    self.rfile.read(size + 2)
                self.rfile.readline()
            else:
                self.rfile.read(int(self.headers.get("content-length", 0)))
            body = b'{"code":200,"data":[]}'
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = _answer

        def log_message(self, *_):
            pass

    return Handler
