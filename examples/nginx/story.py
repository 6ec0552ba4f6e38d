"""A user is created, and searches in Milvus: story.py HOST:PORT, a proxy with Gatehouse's check. Needs pymilvus.

It drops what an earlier run left: the user story_user and the collection story_books.
"""

import logging
import sys

import grpc
from pymilvus import MilvusClient

logging.disable(logging.CRITICAL)  # pymilvus logs the refusal too
uri = f"http://{sys.argv[1]}"

root = MilvusClient(uri, token="root:Milvus")
if "story_user" in root.list_users():
    root.drop_user("story_user")
root.create_user("story_user", "P@ssw0rd")
print("the user, as Gatehouse has it:", root.describe_user("story_user"))

client = MilvusClient(uri, token="story_user:P@ssw0rd")
print("version, as Milvus has it:", client.get_server_version())
client.drop_collection("story_books")
client.create_collection("story_books", dimension=4, consistency_level="Strong")
vectors = [[i, 1, i % 7, i % 3] for i in range(100)]
client.insert("story_books", [{"id": i, "vector": vector} for i, vector in enumerate(vectors)])
print("nearest to book 42:", client.search("story_books", [vectors[42]], limit=1)[0][0]["id"])

try:
    MilvusClient(uri, token="story_user:a-wrong-one").list_collections()
except grpc.RpcError as refusal:
    print("with a wrong password:", refusal.code().name, refusal.details())
