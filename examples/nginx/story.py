"""A user is created, and searches in Milvus: story.py HOST:PORT, a proxy with Gatehouse's check. Needs pymilvus."""

import logging
import sys

import grpc
from pymilvus import MilvusClient

logging.disable(logging.CRITICAL)  # pymilvus logs the refusal too
uri = f"http://{sys.argv[1]}"

root = MilvusClient(uri, token="root:Milvus")
root.create_user("user_1", "P@ssw0rd")
print("users, as Gatehouse has them:", root.list_users())

client = MilvusClient(uri, token="user_1:P@ssw0rd")
print("version, as Milvus has it:", client.get_server_version())
client.create_collection("books", dimension=4, consistency_level="Strong")
vectors = [[i, 1, i % 7, i % 3] for i in range(100)]
client.insert("books", [{"id": i, "vector": vector} for i, vector in enumerate(vectors)])
print("nearest to book 42:", client.search("books", [vectors[42]], limit=1)[0][0]["id"])

try:
    MilvusClient(uri, token="user_1:a-wrong-one").list_collections()
except grpc.RpcError as refusal:
    print("with a wrong password:", refusal.code().name, refusal.details())
