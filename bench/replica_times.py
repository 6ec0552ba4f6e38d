"""How long another replica still accepts an old token.

    replica_times.py PORT OTHER_PORT TRIES

Changes the password of user_1 at the first replica TRIES times, each time asking the other one with the old token, which it had
verified, from the answer to the change on until it refuses. Prints the median, the 99th percentile and the longest time in microseconds
until the refusal, and the same until the call was sent that is refused: the difference is the hash that a refusal costs.
"""

import http.client
import json
import statistics
import sys
import time

here, there, tries = (int(argument) for argument in sys.argv[1:])
changing, asking = (http.client.HTTPConnection("127.0.0.1", port, timeout=30) for port in (here, there))


def call(connection, method, path, token, body=None):
    headers = {"Authorization": "Bearer " + token}
    if body is not None:
        headers["Content-Type"] = "application/json"
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    answer = connection.getresponse()
    text = answer.read()
    return answer.status, text


def expect(expected, *request):
    status, text = call(*request)
    if status != expected:
        sys.exit(f"{request[1]} {request[2]} was answered with {status}: {text[:200]}")


password, refused, sent = "P@ssw0rd", [], []
for number in range(tries):
    old = "user_1:" + password
    # Twice: the second call is answered from what the replica remembers
    expect(200, asking, "GET", "/api/v1/me", old)
    expect(200, asking, "GET", "/api/v1/me", old)
    change = {"oldPassword": password, "newPassword": f"P@ssw0rd_{number}"}
    expect(204, changing, "PUT", "/api/v1/users/user_1/password", "root:Milvus", change)
    changed = last = time.perf_counter_ns()
    while call(asking, "GET", "/api/v1/me", old)[0] == 200:
        last = time.perf_counter_ns()
    refused.append((time.perf_counter_ns() - changed) / 1000)
    sent.append((last - changed) / 1000)
    password = change["newPassword"]
for taken in (sorted(refused), sorted(sent)):
    print(round(statistics.median(taken)), round(taken[max(0, -(-len(taken) * 99 // 100) - 1)]), round(taken[-1]))
