"""A collection to search in, and a search as JSON for ghz: search_request.py HOST:PORT TOKEN ROWS DIMENSION, with pymilvus.

The collection is new, indexed (HNSW) and loaded; the request is what pymilvus sends for the ten nearest to a vector. It was sent once, and gave ten.
"""

import random
import sys

from google.protobuf.json_format import MessageToJson
from pymilvus import DataType, MilvusClient

address, token, rows, dimension = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
client = MilvusClient(f"http://{address}", token=token, timeout=120)
numbers = random.Random(1)


def vector():
    return [numbers.random() for _ in range(dimension)]


schema = client.create_schema()
schema.add_field("id", DataType.INT64, is_primary=True)
schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
client.create_collection("bench", schema=schema)
for first in range(0, rows, 1000):
    client.insert("bench", [{"id": i, "vector": vector()} for i in range(first, min(first + 1000, rows))])
client.flush("bench")
index = client.prepare_index_params()
index.add_index("vector", index_type="HNSW", metric_type="L2", params={"M": 16, "efConstruction": 64})
client.create_index("bench", index)
client.load_collection("bench")

# What pymilvus sends is taken from where it hands it to gRPC, for its ways to build one differ from version to version
sent = []
handler = client._get_connection()
search = handler._stub.Search


def spy(request, *arguments, **more):
    sent.append(request)
    return search(request, *arguments, **more)


spy.future = lambda request, *arguments, **more: (sent.append(request), search.future(request, *arguments, **more))[1]
handler._stub.Search = spy
found = client.search("bench", [vector()], limit=10, search_params={"metric_type": "L2", "params": {"ef": 64}}, consistency_level="Bounded")
if len(found[0]) != 10:
    sys.exit(f"a search gave {found}")
print(MessageToJson(sent[-1], preserving_proto_field_name=True, indent=None))
