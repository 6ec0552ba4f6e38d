"""A client that does nothing for 70 seconds is still connected: idle.py HOST:PORT"""

import sys
import time

import grpc
import pymilvus
from checks import Checks
from pymilvus import MilvusClient

SECONDS = 70

checks = Checks(f"idle for {SECONDS} s, pymilvus {pymilvus.__version__}")
client = MilvusClient(uri=f"http://{sys.argv[1]}", token="root:Milvus", timeout=20)
checks.equal("before", client.describe_user("root")["user_name"], "root")

# pymilvus pings every ten seconds; a server that minds closes the channel, which would then connect again by itself
states = []
listener = states.append
channel = client._get_connection()._channel
channel.subscribe(listener)
time.sleep(SECONDS)
checks.equal("the states of the channel", states, [grpc.ChannelConnectivity.READY])
checks.equal("after", client.describe_user("root")["user_name"], "root")
channel.unsubscribe(listener)
channel.close()
checks.close()
