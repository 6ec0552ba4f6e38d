"""What Envoy with Gatehouse's check lets through to a server behind it, and whom it names there.

    check.py QUESTION ENVOY_PORT MILVUS_PORT

The users of Gatehouse are root and clerk:P@ssw0rd-4, an administrator. A recorder listens on MILVUS_PORT. QUESTION is how Envoy asks:

    grpc    over gRPC, as in envoy.yaml
    http    over HTTP/1.1
    http2   over HTTP/2 what it should ask over HTTP/1.1, a mistake that must not let anybody in
"""

import base64
import itertools
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "src/test/clients/python"))

import grpc
import httpx
from checks import Checks
from recorder import Recorder

question = sys.argv[1]
envoy_port, milvus_port = map(int, sys.argv[2:4])
checks = Checks(f"envoy, {question}")
recorder = Recorder(milvus_port)

SEARCH = "/milvus.proto.milvus.MilvusService/Search"
PATHS = (SEARCH, "/grpc.health.v1.Health/Check", "/v2/vectordb/entities/search", "/v1/vector/collections?a=1")
FORGED = [
    ("gatehouse-user", "root"), ("gatehouse-roles", "admin"), ("gatehouse_user", "root"), ("sourceid", "QEBtaWx2dXMtbWVtYmVyQEA="),
    ("x-forwarded-user", "root"), ("x-real-ip", "198.51.100.2"), ("forwarded", "for=198.51.100.3"),
]  # fmt: skip
IDENTITY = {*dict(FORGED), "authorization"}
TOKENS = {
    "no token": (None, None),
    "an empty token": ("", None),
    "Bearer alone": ("Bearer", None),
    "a wrong password": ("clerk:nope12", None),
    "an unknown user": ("nobody:P@ssw0rd-4", None),
    "root": ("root:Milvus", {"gatehouse-user": "root", "gatehouse-roles": "-"}),
    "clerk": ("clerk:P@ssw0rd-4", {"gatehouse-user": "clerk", "gatehouse-roles": "admin"}),
}


def encoded(token):
    return base64.b64encode(token.encode()).decode() if ":" in token else token


def identity(fields):
    """Whatever says who a request is from, as it arrived; a field without a value says nothing."""
    return sorted((name, value) for name, value in fields if name in IDENTITY and value)


for version, method, content_type, path in itertools.product((1, 2), ("GET", "POST"), ("application/grpc", "application/json"), PATHS):
    with httpx.Client(http1=version == 1, http2=version == 2, timeout=60) as client:
        for who, (token, named) in TOKENS.items():
            what = f"HTTP/{version} {method} {content_type} {path}, {who}"
            fields = [("content-type", content_type), ("te", "trailers"), *FORGED]
            if token is not None:
                fields.append(("authorization", encoded(token)))
            answer = client.request(method, f"http://127.0.0.1:{envoy_port}{path}", headers=fields, content=bytes(5) if method == "POST" else None)
            arrived = recorder.taken()
            if named is None or question == "http2":
                # A refusal in gRPC's way has the status 200
                refused = answer.headers.get("grpc-status", "0") != "0" if answer.status_code == 200 else answer.status_code >= 400
                checks.equal(f"{what} is refused", (refused, arrived), (True, []))
            else:
                checks.equal(what, answer.status_code, 200)
                checks.equal(f"{what} arrives", [(path, identity(fields)) for path, fields in arrived], [(path, sorted(named.items()))])

with grpc.insecure_channel(f"127.0.0.1:{envoy_port}") as channel:
    for who, (token, named) in TOKENS.items():
        metadata = [*FORGED, *([("authorization", encoded(token))] if token is not None else [])]
        try:
            channel.unary_unary(SEARCH)(b"", metadata=metadata, timeout=60)
            code = "OK"
        except grpc.RpcError as refusal:
            code = refusal.code().name
        arrived = [identity(fields) for _, fields in recorder.taken()]
        if question == "http2":
            checks.equal(f"a client of gRPC, {who}", (code != "OK", arrived), (True, []))
        elif named is None:
            checks.equal(f"a client of gRPC, {who}", (code, arrived), ("UNAUTHENTICATED", []))
        else:
            checks.equal(f"a client of gRPC, {who}", (code, arrived), ("OK", [sorted(named.items())]))

checks.close()
