"""What a proxy with Gatehouse's check lets through to Milvus, whom it names there, and what it says of the rest.

    check.py PHASE PROXY GRPC_PORT REST_PORT GATEHOUSE_PORT MILVUS_PORT

PROXY is nginx or envoy. Phases, in this order, with one Gatehouse whose users are root and what the README's story left:

    milvus    a real Milvus 2.3.5 without authentication is behind the proxy
    forged    the recorder is there instead, from here on; this program starts it on MILVUS_PORT
    away      Gatehouse has been stopped
    back      Gatehouse has been started again
    throttled wrong passwords, after the others because they count
    tls       the proxy speaks TLS, REST_PORT is GRPC_PORT, and its certificate is in ./tls.pem

GATEHOUSE_RECORDING, where set, is the recording of a real Milvus whose texts have to be ours. Needs pymilvus 2.4.15.
"""

import base64
import contextlib
import http.client
import json
import os
import re
import ssl
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote

sys.path.insert(0, str(Path(__file__).parents[3] / "src/test/clients/python"))

import grpc
from checks import Checks, shown
from pymilvus import DataType, MilvusClient
from pymilvus.grpc_gen import milvus_pb2
from recorder import Recorder

phase, proxy = sys.argv[1:3]
grpc_port, rest_port, gatehouse_port, milvus_port = map(int, sys.argv[3:7])
checks = Checks(f"{proxy}, {phase}")
equal = checks.equal

SERVICE = "/milvus.proto.milvus.MilvusService/"
ROOT = "root:Milvus"

MISSING = "missing authorization in header"
WRONG = "auth check failure, please check username and password are correct"
NO_TOKEN_FORM = "invalid token format"
API_KEY = "auth check failure, please check api key is correct"
REST_REFUSED = (401, {"code": 1800, "message": "user hasn't authenticated"})
GATEHOUSE_AWAY = "Gatehouse does not answer: service unavailable"
MILVUS_AWAY = "Milvus does not answer: service unavailable"

# Gatehouse's, all others are Milvus'
USER_METHODS = {
    "CreateCredential", "UpdateCredential", "DeleteCredential", "ListCredUsers", "CreateRole", "DropRole", "OperateUserRole", "SelectRole",
    "SelectUser", "OperatePrivilege", "OperatePrivilegeV2", "SelectGrant", "BackupRBAC", "RestoreRBAC", "CreatePrivilegeGroup",
    "DropPrivilegeGroup", "ListPrivilegeGroups", "OperatePrivilegeGroup",
}  # fmt: skip
METHODS = [method.name for method in milvus_pb2.DESCRIPTOR.services_by_name["MilvusService"].methods]


def encoded(token):
    return base64.b64encode(token.encode()).decode()


def channel(port=grpc_port, **options):
    return grpc.insecure_channel(f"127.0.0.1:{port}", options=[("grpc.max_receive_message_length", -1), *options.items()])


shared_channel = channel()


def call(path, *authorization, metadata=(), request=b"", through=None):
    """A call with these values of authorization, as they are: (status, details)."""
    path = path if path.startswith("/") else SERVICE + path
    values = [("authorization", value) for value in authorization]
    try:
        (through or shared_channel).unary_unary(path)(request, metadata=[*values, *metadata], timeout=60)
    except grpc.RpcError as refusal:
        return refusal.code().name, refusal.details()
    return "OK", ""


def raw(method, path, headers=(), body=None, port=rest_port, source="127.0.0.1"):
    """An HTTP/1.1 call with these header fields, as they are: (status, JSON or None), and the fields of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=(source, 0))
    connection.putrequest(method, path, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    data = b"" if body is None else json.dumps(body).encode()
    if body is not None:
        connection.putheader("Content-Type", "application/json")
        connection.putheader("Content-Length", str(len(data)))
    connection.endheaders(data)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    is_json = answer.getheader("content-type", "").startswith("application/json")
    return (answer.status, json.loads(text) if is_json else None), dict((name.lower(), value) for name, value in answer.getheaders())


def rest(method, path, token=None, body=None, **more):
    headers = [("Authorization", f"Bearer {token}")] if token else []
    return raw(method, path, headers, body, **more)[0]


def refused(what, result, text, code="UNAUTHENTICATED"):
    equal(what, result, (code, text))


# ------------------------------------------------------------------------------------------------------------------ a real Milvus

# What a real Milvus 2.3.5 says to these values of authorization (a step of the recording each), and what is said here where it differs: nginx does
# not see why Gatehouse refused, and over gRPC Envoy's Check too has one text for all that is no token
MALFORMED = [
    ("auth.list.none", [], MISSING, {}),
    ("auth.list.wrong_password", [encoded("root:nope12")], WRONG, {}),
    ("auth.list.unknown_user", [encoded("nobody:nope12")], WRONG, {}),
    ("auth.header.not_base64", ["!!!not base64!!!"], NO_TOKEN_FORM, {"envoy": WRONG}),
    ("auth.header.no_colon", ["cm9vdA=="], API_KEY, {"nginx": WRONG, "envoy": WRONG}),
    ("auth.header.empty_user", [encoded(":Milvus")], WRONG, {}),
    ("auth.header.empty_password", [encoded("root:")], WRONG, {}),
    ("auth.header.only_colon", [encoded(":")], WRONG, {}),
    ("auth.header.extra_colon", [encoded("root:Milvus:x")], WRONG, {}),
    ("auth.header.space_after", [encoded("root:Milvus ")], WRONG, {}),
    ("auth.header.newline", [encoded("root:Milvus\n")], WRONG, {}),
    ("auth.header.upper_user", [encoded("ROOT:Milvus")], WRONG, {}),
]


def milvus():
    """After the READMEs' stories: the users root, story_user and user_1, the collection story_books."""
    recording = {}
    if os.environ.get("GATEHOUSE_RECORDING"):
        with open(os.environ["GATEHOUSE_RECORDING"], encoding="utf-8") as lines:
            recording = {line["step"]: line for line in map(json.loads, lines)}
    for step, values, text, differences in MALFORMED:
        if recording:
            equal(f"{step} of the recording", (recording[step]["grpc_status"], recording[step]["reason"]), ("UNAUTHENTICATED", text))
        refused(f"Connect, {step}", call("Connect", *values), differences.get(proxy, text))
        # What Gatehouse answers itself has Milvus' own texts throughout
        refused(f"ListCredUsers, {step}", call("ListCredUsers", *values), text)
    # Clients of HTTP have other forms, which Gatehouse takes from whoever sends them
    for value in ("Bearer root:Milvus", f"Bearer {encoded(ROOT)}", f"Basic {encoded(ROOT)}", encoded(ROOT).rstrip("=")):
        equal(f"ShowCollections with {value.split()[0]}", call("ShowCollections", value)[0], "OK")

    def client(token, **more):
        return MilvusClient(uri=f"http://127.0.0.1:{grpc_port}", token=token, timeout=60, **more)

    checks.refused("a client with a wrong password", ("UNAUTHENTICATED", WRONG), lambda: client("root:not-this-one").list_collections())
    checks.refused("a client without a token", ("UNAUTHENTICATED", MISSING), lambda: client("").list_collections())

    # Users are Gatehouse's, everything else is Milvus'
    root = client(ROOT)
    equal("the version is Milvus'", root.get_server_version(), "v2.3.5-lite")
    equal("the story's collection", root.list_collections(), ["story_books"])
    equal("the users", sorted(root.list_users()), ["root", "story_user", "user_1"])
    root.create_user("user_2", "P@ssw0rd")
    equal("user_2 described", root.describe_user("user_2"), {"user_name": "user_2", "roles": ()})
    equal("Gatehouse knows user_2", rest("GET", "/api/v1/users/user_2", ROOT, port=gatehouse_port)[0], 200)
    user = client("user_2:P@ssw0rd")
    checks.refused(
        "user_2 creates a user",
        ("PERMISSION_DENIED", "PrivilegeCreateOwnership: permission deny to user_2 in the `default` database"),
        lambda: user.create_user("user_3", "P@ssw0rd"),
    )

    # Large messages both ways: 12 MB in one insert, with a token and without
    schema = user.create_schema()
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=768)
    user.create_collection("large", schema=schema, consistency_level="Strong")
    rows = [{"id": i, "vector": [i, *((i * j) % 97 for j in range(767))]} for i in range(4000)]
    equal("a large insert", user.insert("large", rows)["insert_count"], 4000)
    index = user.prepare_index_params()
    index.add_index("vector", index_type="FLAT", metric_type="L2")
    user.create_index("large", index)
    user.load_collection("large")
    found = user.search("large", [rows[1234]["vector"]], limit=1)
    equal("a search in it", (found[0][0]["id"], round(found[0][0]["distance"], 6)), (1234, 0.0))
    equal("a large answer", len(user.query("large", filter="id >= 0", output_fields=["vector"], limit=4000)), 4000)
    user.drop_collection("large")
    refused("a large insert without a token", call("Insert", request=bytes(12_000_000)), MISSING)
    refused("a large insert with a wrong token", call("Insert", encoded("root:nope13"), request=bytes(12_000_000)), WRONG)

    # REST: Milvus 2.3.5 has v1, users are Gatehouse's v2
    collection = {"collectionName": "rest", "dimension": 4}
    equal("REST creates a collection", rest("POST", "/v1/vector/collections/create", "user_2:P@ssw0rd", collection)[0], 200)
    data = {"collectionName": "rest", "data": [{"vector": [0.1, 0.2, 0.3, 0.4]}]}
    status, inserted = rest("POST", "/v1/vector/insert", "user_2:P@ssw0rd", data)
    equal("REST inserts", (status, inserted["code"], inserted.get("data", {}).get("insertCount")), (200, 200, 1))
    search = {"collectionName": "rest", "vector": [0.1, 0.2, 0.3, 0.4], "limit": 1}
    status, found = rest("POST", "/v1/vector/search", "user_2:P@ssw0rd", search)
    equal("REST searches", (status, found["code"]), (200, 200))
    equal("REST lists", rest("GET", "/v1/vector/collections", "user_2:P@ssw0rd")[1]["data"].count("rest"), 1)
    equal("REST with a wrong password", rest("GET", "/v1/vector/collections", "user_2:nope12"), REST_REFUSED)
    equal("REST without a token", rest("GET", "/v1/vector/collections"), REST_REFUSED)
    equal("REST inserts without a token", rest("POST", "/v1/vector/insert", None, data), REST_REFUSED)
    equal("REST lists users", rest("POST", "/v2/vectordb/users/list", ROOT, {}), (200, {"code": 0, "data": ["root", "story_user", "user_1", "user_2"]}))
    equal("REST lists users without a token", rest("POST", "/v2/vectordb/users/list", None, {}), REST_REFUSED)
    equal("REST lists roles", rest("POST", "/v2/vectordb/roles/list", ROOT, {}), (200, {"code": 0, "data": ["admin", "public"]}))
    equal("the admin API", rest("GET", "/api/v1/me", "user_2:P@ssw0rd")[1]["userName"], "user_2")
    root.drop_collection("rest")

    # A changed password and a dropped user are dead with the next call, on connections that are open
    old, new = encoded("user_2:P@ssw0rd"), encoded("user_2:Changed1")
    equal("before the change", call("ShowCollections", old), ("OK", ""))
    user.update_password("user_2", "P@ssw0rd", "Changed1")
    refused("the old password", call("ShowCollections", old), WRONG)
    equal("the old password, REST", rest("GET", "/v1/vector/collections", "user_2:P@ssw0rd"), REST_REFUSED)
    equal("the new password", call("ShowCollections", new), ("OK", ""))
    equal("the new password, REST", rest("GET", "/v1/vector/collections", "user_2:Changed1")[0], 200)
    root.drop_user("user_2")
    refused("the dropped user", call("ShowCollections", new), WRONG)
    equal("the dropped user, REST", rest("GET", "/v1/vector/collections", "user_2:Changed1"), REST_REFUSED)

    # The client's address is the connection's, whatever it says itself
    said = [("X-Forwarded-For", "198.51.100.1"), ("X-Real-IP", "198.51.100.2"), ("Forwarded", "for=198.51.100.3")]
    said.append(("Authorization", "Bearer root:nope14"))
    equal("a guess from elsewhere", raw("GET", "/v1/vector/collections", said, source="127.0.0.77")[0], REST_REFUSED)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        events = rest("GET", "/api/v1/audit-events?action=login&result=denied&limit=1000", ROOT, port=gatehouse_port)[1]
        addresses = {event["address"] for event in events[next(key for key in events if isinstance(events[key], list))]}
        if "127.0.0.77" in addresses:
            break
        time.sleep(0.3)
    if proxy == "envoy":
        # It has a name of its own for its own machine
        equal("the addresses of the guesses", (len(addresses), any(address.startswith("198.51") for address in addresses)), (2, False))
    else:
        equal("the addresses of the guesses", sorted(addresses), ["127.0.0.1", "127.0.0.77"])


# ----------------------------------------------------------------------------------------------------- what Milvus is sent, recorded

FORGED = [
    ("gatehouse-user", "root"), ("gatehouse-user", "admin"), ("gatehouse-roles", "admin"), ("sourceid", "QEBtaWx2dXMtbWVtYmVyQEA="),
    ("x-forwarded-for", "198.51.100.1"), ("x-forwarded-user", "root"), ("x-real-ip", "198.51.100.2"), ("forwarded", "for=198.51.100.3"),
    ("gatehouse_user", "root"),
]  # fmt: skip
if proxy == "nginx":
    # Whatever else proxies use for who a request is from, or where it comes from and was going to
    FORGED += [
        (field, "root")
        for field in (
            "proxy-authorization", "cookie", "x-forwarded-host", "x-forwarded-proto", "x-remote-user", "remote-user", "remote-name", "remote-email", "remote-groups",
            "x-remote-group", "x-remote-groups", "x-remote-name", "x-remote-email", "x-user",
            "x-auth-user", "x-auth-username", "x-authenticated-user", "x-webauth-user", "x-forwarded-email", "x-forwarded-groups",
            "x-forwarded-preferred-username", "x-forwarded-access-token", "x-auth-request-user", "x-auth-request-email", "x-auth-request-groups",
            "x-auth-request-preferred-username", "x-auth-request-access-token", "x-forwarded-client-cert", "x-forwarded-tls-client-cert",
            "x-forwarded-tls-client-cert-info", "x-client-cert", "x-client-dn", "x-client-verify", "x-ssl-client-cert", "x-ssl-client-dn",
            "x-ssl-client-s-dn", "x-ssl-client-verify", "ssl-client-cert", "client-cert", "client-cert-chain", "via", "x-forwarded-by", "x-forwarded-method",
            "x-forwarded-path", "x-forwarded-port", "x-forwarded-prefix", "x-forwarded-protocol", "x-forwarded-scheme", "x-forwarded-server",
            "x-forwarded-ssl", "x-forwarded-uri", "x-client-ip", "x-cluster-client-ip", "x-envoy-external-address", "true-client-ip", "cf-connecting-ip",
            "fastly-client-ip", "x-original-forwarded-for", "x-original-host", "x-original-method", "x-original-uri", "x-original-url", "x-rewrite-url",
            "x-host", "x-scheme", "x-url-scheme", "front-end-https",
        )
    ]  # fmt: skip
IDENTITY = {"authorization"} | {name for name, _ in FORGED if name != "x-forwarded-for"}


def identity(headers):
    """Whatever says who a request is from, as it arrived."""
    return sorted((name, value) for name, value in headers if name in IDENTITY)


def names(headers, token):
    """Whether a token or its password is in any header field."""
    return [name for name, value in headers if token.split(":", 1)[1] in str(value) or encoded(token).rstrip("=") in str(value)]


def forged():
    recorder = Recorder(milvus_port)
    reader, admin = "reader:P@ssw0rd-3", "clerk:P@ssw0rd-4"
    for token in (reader, admin):
        name, password = token.split(":")
        equal(f"{name} created", rest("POST", "/api/v1/users", ROOT, {"userName": name, "password": password}, port=gatehouse_port)[0], 201)
    equal("clerk is granted admin", rest("PUT", "/api/v1/users/clerk/roles/admin", ROOT, port=gatehouse_port)[0], 204)
    recorder.taken()

    # Whom Milvus is told
    for token, expected in (
        (ROOT, [("gatehouse-roles", "-"), ("gatehouse-user", "root")]),
        (reader, [("gatehouse-roles", "-"), ("gatehouse-user", "reader")]),
        (admin, [("gatehouse-roles", "admin"), ("gatehouse-user", "clerk")]),
    ):
        for how, forged_fields in (("", []), (", with forged fields", FORGED)):
            equal(f"{token} searches{how}", call("Search", encoded(token), metadata=forged_fields)[0], "OK")
            fields = [("Authorization", f"Bearer {token}"), *forged_fields]
            equal(f"{token} lists over REST{how}", raw("GET", "/v1/vector/collections", fields)[0][0], 200)
            for path, headers in recorder.taken():
                what = f"{token}, {path}{how}"
                equal(f"whom Milvus is told, {what}", identity(headers), expected)
                where = [value for name, value in headers if name == "x-forwarded-for"]
                if proxy == "envoy":
                    # It has a name of its own for its own machine
                    equal(f"where from, {what}", (len(where), "198.51" in where[0], "," in where[0]), (1, False, False))
                else:
                    equal(f"where from, {what}", where, ["127.0.0.1"])
                equal(f"no password for Milvus, {what}", names(headers, token), [])

    # Every method: without a token nothing arrives, with one all but Gatehouse's own
    good = encoded(reader)
    for method in METHODS:
        refused(f"{method} without a token", call(method), MISSING)
        equal(f"{method} without a token is not for Milvus", recorder.taken(), [])
        call(method, good)
        arrived = [path for path, _ in recorder.taken()]
        equal(f"{method} with a token", arrived, [] if method in USER_METHODS else [SERVICE + method])
    call("/grpc.health.v1.Health/Check")
    equal("health without a token is not for Milvus", recorder.taken(), [])
    equal("health with a token", call("/grpc.health.v1.Health/Check", good)[0], "OK")
    equal("health with a token is Milvus'", [path for path, _ in recorder.taken()], ["/grpc.health.v1.Health/Check"])

    # Ways around: other spellings of a path, the place where nginx asks, other services, forged identities instead of a token
    tries = [
        "/milvus.proto.milvus.MilvusService/Create%43redential", "//milvus.proto.milvus.MilvusService/CreateCredential",
        "/./milvus.proto.milvus.MilvusService/CreateCredential", "/v1/vector/../../milvus.proto.milvus.MilvusService/CreateCredential",
        "/milvus.proto.milvus.MilvusService/CreateCredential?x=1", "/milvus.proto.milvus.ProxyService/RegisterLink",
        "/milvus.proto.proxy.Proxy/GetStatistics",
        "/gatehouse/verify", "/", "/v1/vector/%2e%2e/collections", "/v2/vectordb/users/list", "/v2/vectordb/users/../users/list",
        "/v2/vectordb/%75sers/list", "/v2/vectordb/roles/list", "/api/v1/verify", "/v1/vector", "/V1/vector/collections",
    ]  # fmt: skip
    for path in tries:
        for token in ((), (good,)):
            call(path, *token, metadata=FORGED)
            with contextlib.suppress(http.client.RemoteDisconnected):  # for what is no gRPC, an end without an answer is one
                raw("POST", path, [("Authorization", value) for value in token] + FORGED, {})
            paths = [arrived for arrived, _ in recorder.taken()]
            if not token:
                equal(f"{path} without a token is not for Milvus", paths, [])
            else:
                # As gin, Milvus' router, reads them
                read = [unquote(arrived) for arrived in paths]
                users = [arrived for arrived in read if any(part in arrived for part in ("Credential", "/users/", "/roles/"))]
                equal(f"{path} with a token manages no users in Milvus", users, [])
    answer = raw("GET", "/gatehouse/verify", [("Authorization", f"Bearer {reader}")])[0][0]
    equal("the place where nginx asks is not open", answer in (401, 404), True)
    for field in FORGED:
        refused(f"{field[0]} instead of a token", call("ShowCollections", metadata=[field]), MISSING)
        equal(f"{field[0]} instead of a token, REST", raw("GET", "/v1/vector/collections", [field])[0], REST_REFUSED)
    equal("none of these is for Milvus", recorder.taken(), [])

    # Several tokens, none of which anybody may choose from
    for what, values in (
        ("twice the same", [good, good]),
        ("a good and a bad one", [good, encoded("reader:nope12")]),
        ("a bad and a good one", [encoded("reader:nope12"), good]),
        # Envoy makes one of these, which is no danger: nobody behind it reads another one
        *([("an empty and a good one", ["", good])] if proxy == "nginx" else []),
        ("two in one field", [f"{good}, {good}"]),
    ):
        equal(f"{what}", call("ShowCollections", *values)[0], "UNAUTHENTICATED")
        status, answer = raw("GET", "/v1/vector/collections", [("Authorization", value) for value in values])[0]
        equal(f"{what}, REST", (status in (400, 401), answer), (True, REST_REFUSED[1]))
        equal(f"{what}: nothing for Milvus", recorder.taken(), [])

    # Malformed bytes, over HTTP/1.1, where a client can send them; gRPC's paths too
    for what, value in (
        ("not UTF-8", b"Bearer one:\xff\xfe"), ("control characters", b"Bearer two:\x01\x02"), ("Bearer alone", b"Bearer"),
        ("Bearer and a space", b"Bearer "), ("another scheme", b"Digest username=reader"), ("a tab", b"Bearer\treader:P@ssw0rd-3"),
        ("two spaces", b"Bearer  reader:P@ssw0rd-3 x"), ("only spaces", b"   "), ("a line break in base64", b"Bearer cmVhZGVyOlBA\tc3N3MHJkLTM="),
    ):  # fmt: skip
        (status, _), _ = raw("GET", "/v1/vector/collections", [("Authorization", value)])
        equal(f"{what} is refused", status in (400, 401), True)
        fields = [("Authorization", value), ("Content-Type", "application/grpc"), ("TE", "trailers")]
        (status, _), fields = raw("POST", SERVICE + "ShowCollections", fields)
        equal(f"{what} is refused over gRPC", status == 400 or fields.get("grpc-status") == "16", True)
        equal(f"{what}: nothing for Milvus", recorder.taken(), [])

    # The longest password there can be, in characters of four bytes, is not too long; what is longer is refused
    longest = "\U0001f511" * 256
    rest("POST", "/api/v1/users", ROOT, {"userName": "a" * 32, "password": longest}, port=gatehouse_port)
    token = "a" * 32 + ":" + longest
    equal("the longest token", call("ShowCollections", encoded(token)), ("OK", ""))
    equal("the longest token, REST", raw("GET", "/v1/vector/collections", [("Authorization", f"Bearer {encoded(token)}")])[0][0], 200)
    equal("both arrived", len(recorder.taken()), 2)
    for size in (6_000, 20_000, 200_000):
        value = encoded("three:" + "x" * size)
        try:
            status = call("ShowCollections", value, through=channel())[0]
        except ValueError:
            status = "not sent"
        equal(f"a token of {size} bytes is refused", status != "OK", True)
        try:
            status = raw("GET", "/v1/vector/collections", [("Authorization", f"Bearer {value}")])[0][0]
        except OSError:
            status = "closed"
        equal(f"a token of {size} bytes is refused, REST", status in (400, 401, 431, "closed"), True)
        equal(f"a token of {size} bytes: nothing for Milvus", recorder.taken(), [])
    equal("the same connection goes on", call("ShowCollections", good), ("OK", ""))

    # Many at once, on one connection and on many; a connection with pings and no calls
    with ThreadPoolExecutor(64) as many:
        equal("640 calls, 64 at once", set(many.map(lambda _: call("Search", good), range(640))), {("OK", "")})
        statuses = many.map(lambda _: rest("GET", "/v1/vector/collections", reader)[0], range(320))
        equal("320 REST calls, 64 at once", set(statuses), {200})
    pinging = channel(**{"grpc.keepalive_time_ms": 1000, "grpc.keepalive_permit_without_calls": 1, "grpc.http2.max_pings_without_data": 0})
    equal("before a rest", call("ShowCollections", good, through=pinging), ("OK", ""))
    time.sleep(12)
    equal("after a rest with pings", call("ShowCollections", good, through=pinging), ("OK", ""))
    recorder.close()

    # Milvus is away: who has a token is told so, who has none is not
    time.sleep(1)
    status, text = call("ShowCollections", good)
    equal("Milvus away", (status, text) if proxy == "nginx" else status, ("UNAVAILABLE", MILVUS_AWAY) if proxy == "nginx" else "UNAVAILABLE")
    refused("Milvus away, no token", call("ShowCollections"), MISSING)
    status, answer = rest("GET", "/v1/vector/collections", reader)
    equal("Milvus away, REST", (status, answer), (503, {"code": 2, "message": MILVUS_AWAY}) if proxy == "nginx" else (503, answer))
    equal("Milvus away, users", rest("POST", "/v2/vectordb/users/list", ROOT, {})[0], 200)


# ------------------------------------------------------------------------------------------------------------------- Gatehouse away


def unavailable(what, result):
    """Envoy has no text of its own for it."""
    if proxy == "nginx":
        equal(what, result, ("UNAVAILABLE", GATEHOUSE_AWAY))
    else:
        equal(what, result[0], "UNAVAILABLE")


def away():
    recorder = Recorder(milvus_port)
    for token in ("reader:P@ssw0rd-3", ROOT, "reader:nope12"):
        unavailable(f"{token} searches", call("Search", encoded(token)))
        unavailable(f"{token} connects", call("Connect", encoded(token)))
        unavailable(f"{token} lists users", call("ListCredUsers", encoded(token)))
        for path in ("/v1/vector/collections", "/v2/vectordb/collections/list", "/v2/vectordb/users/list"):
            status, answer = rest("POST", path, token, {})
            equal(f"{token}, {path}", (status, (answer or {}).get("code")), (503, 2))
    unavailable("no token", call("Search"))
    unavailable("a forged user", call("Search", metadata=FORGED))
    try:
        text = str(MilvusClient(uri=f"http://127.0.0.1:{grpc_port}", token=ROOT, timeout=5).list_collections())
    except Exception as refusal:  # pymilvus has several
        text = str(shown(refusal))
    equal("a client is told UNAVAILABLE", "UNAVAILABLE" in text or "nnect" in text, True)
    equal("nothing is let through", recorder.taken(), [])
    recorder.close()


def back():
    recorder = Recorder(milvus_port)
    good = encoded("reader:P@ssw0rd-3")
    deadline = time.monotonic() + 30
    while (result := call("Search", good)) != ("OK", "") and time.monotonic() < deadline:
        time.sleep(0.5)
    equal("a search after the restart", result, ("OK", ""))
    equal("REST after the restart", rest("GET", "/v1/vector/collections", "reader:P@ssw0rd-3")[0], 200)
    equal("users after the restart", call("ListCredUsers", encoded(ROOT)), ("OK", ""))
    refused("a wrong password after the restart", call("Search", encoded("reader:nope12")), WRONG)
    recorder.close()


def throttled():
    recorder = Recorder(milvus_port)
    good = encoded("reader:P@ssw0rd-3")

    def guess(number):
        # Another address each time, as the client says
        return call("Search", encoded(f"clerk:guess-{number}"), metadata=[("x-forwarded-for", f"198.51.100.{number}")])

    with ThreadPoolExecutor(4) as guesses:
        results = list(guesses.map(guess, range(40)))
    # Envoy hands on for whom and for how long
    results = [(code, re.sub("(too many failed logins) .*(?=: )", r"\1", text)) for code, text in results]
    waits = ("RESOURCE_EXHAUSTED" if proxy == "nginx" else "UNAUTHENTICATED", "too many failed logins: rate limit exceeded")
    equal("first the guesses are refused", results.count(("UNAUTHENTICATED", WRONG)) >= 20, True)
    equal("then they have to wait", results.count(waits) >= 10, True)
    equal("and nothing else", set(results) - {("UNAUTHENTICATED", WRONG), waits}, set())
    for number in range(30):
        # A guess becomes free again every three seconds
        (status, answer), fields = raw("GET", "/v1/vector/collections", [("Authorization", f"Bearer clerk:guess-again-{number}")])
        if (status, answer) != REST_REFUSED:
            break
    equal("REST has to wait", (status, answer["code"]), (429 if proxy == "nginx" else 401, 1807))
    equal("REST is told how long", 1 <= int(fields.get("retry-after", "0")) <= 60, True)
    began = time.monotonic()
    equal("who has a verified token does not", call("Search", good), ("OK", ""))
    equal("nor waits", time.monotonic() - began < 0.4, True)
    equal("only that arrived", [path for path, _ in recorder.taken()], [SERVICE + "Search"])
    recorder.close()


def tls():
    recorder = Recorder(milvus_port)
    trusted = ssl.create_default_context(cafile="tls.pem")
    with open("tls.pem", "rb") as certificate:
        secure = grpc.secure_channel(f"localhost:{grpc_port}", grpc.ssl_channel_credentials(certificate.read()))
    good = encoded("reader:P@ssw0rd-3")
    equal("a search", call("Search", good, through=secure), ("OK", ""))
    equal("the users' own", call("ListCredUsers", encoded(ROOT), through=secure), ("OK", ""))
    refused("a wrong password", call("Search", encoded("reader:nope12"), through=secure), WRONG)
    refused("no token", call("Search", through=secure), MISSING)
    for token, expected in ((" reader:P@ssw0rd-3", 200), (" reader:nope12", 401)):
        connection = http.client.HTTPSConnection("localhost", rest_port, timeout=60, context=trusted)
        connection.request("GET", "/v1/vector/collections", headers={"Authorization": "Bearer" + token})
        equal(f"REST on the same port, {token}", connection.getresponse().status, expected)
        connection.close()
    equal("without TLS nothing is let through", call("Search", good, through=channel())[0] != "OK", True)
    equal("what arrived", [path for path, _ in recorder.taken()], [SERVICE + "Search", "/v1/vector/collections"])
    recorder.close()


{"milvus": milvus, "forged": forged, "away": away, "back": back, "throttled": throttled, "tls": tls}[phase]()
checks.close()
