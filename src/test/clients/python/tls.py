"""S12: TLS, mutual TLS and tokens with pymilvus: tls.py MODE DIRECTORY

Needs a Gatehouse on localhost:19530 with common.security.tlsMode=MODE and the certificates of DIRECTORY, which .ci/clients makes.
"""

import sys
from pathlib import Path

import pymilvus
from checks import Checks
from pymilvus import MilvusClient

mode, directory = int(sys.argv[1]), Path(sys.argv[2])
major = int(pymilvus.__version__.split(".")[0])
checks = Checks(f"TLS mode {mode}, pymilvus {pymilvus.__version__}")

NOT_CONNECTED = (2, "Fail connecting to server on localhost:19530, illegal connection params or server unavailable")


def connect(**how):
    how = {name: str(directory / value) if name.endswith("_path") else value for name, value in how.items()}
    return list(MilvusClient(**{"uri": "https://localhost:19530", "timeout": 4, **how}).list_users())


def refused(what, details=None, **how):
    """details: what the server says when the connection stands; pymilvus 3 keeps that to itself"""
    expected = ("UNAUTHENTICATED", details) if details and major < 3 else NOT_CONNECTED
    checks.refused(what, expected, lambda: connect(**how))


MISSING = "missing authorization in header"
BAD_LOGIN = "auth check failure, please check username and password are correct"
token = {"token": "root:Milvus"}

if mode == 1:
    trust = {"server_pem_path": "ca.pem"}
    refused("no token", MISSING, **trust)
    refused("a wrong token", BAD_LOGIN, token="root:not-this-one", **trust)
    refused("another CA", server_pem_path="other-ca.pem", **token)
    refused("no CA", **token)
    refused("no TLS", uri="http://localhost:19530", **token)
    checks.equal("the CA", connect(**trust, **token), ["root"])
    checks.equal("the server's own certificate", connect(server_pem_path="server.pem", **token), ["root"])
    checks.equal("secure instead of https", connect(uri="http://localhost:19530", secure=True, **trust, **token), ["root"])
else:
    certificate, key, authority = {"client_pem_path": "client.pem"}, {"client_key_path": "client.key"}, {"ca_pem_path": "ca.pem"}
    refused("no certificate", **key, **authority, **token)
    refused("no certificate, but the CA as in mode 1", server_pem_path="ca.pem", **token)
    refused("no key", **certificate, **authority, **token)
    refused("no CA", **certificate, **key, **token)
    refused("no token", MISSING, **certificate, **key, **authority)
    refused("a wrong token", BAD_LOGIN, token="root:not-this-one", **certificate, **key, **authority)
    refused("another CA's certificate", client_pem_path="other.pem", client_key_path="other.key", **authority, **token)
    refused("no TLS", uri="http://localhost:19530", **token)
    checks.equal("all four", connect(**certificate, **key, **authority, **token), ["root"])
checks.close()
