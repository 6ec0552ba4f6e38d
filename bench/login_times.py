"""How long wrong passwords take, by whose they are.

    login_times.py PORT TRIES USER USER...

Sends TRIES passwords, none of them twice, for each user, over one connection and in turn; each round begins with another user, so
that none always comes after the same one. A user called nobody is another one at each try, who does not exist. Prints the median of
each in microseconds.
"""

import http.client
import statistics
import sys
import time

port, tries, users = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
taken = {user: [] for user in users}
for number in range(tries):
    first = number % len(users)
    for user in users[first:] + users[:first]:
        name = f"nobody_{number}" if user == "nobody" else user
        token = f"{name}:wrong_{number:06}"
        began = time.perf_counter_ns()
        connection.request("GET", "/api/v1/me", headers={"Authorization": "Bearer " + token})
        answer = connection.getresponse()
        answer.read()
        taken[user].append((time.perf_counter_ns() - began) / 1000)
        if answer.status != 401:
            sys.exit(f"a wrong password was answered with {answer.status}")
print(*(round(statistics.median(taken[user])) for user in users))
