"""How long logins and probes take, one after the other, each from an address of its own.

    strangers.py PORT TRIES FIRST

First logins of user_FIRST and on, TRIES of them, over HTTP from 127.1.0.1 and on; beside them, as often, a call of user_1, whose token
is verified before, from 127.2.0.1, and GET /healthz from 127.2.0.2. Prints of each: KIND P50 P99 FAILED, in microseconds; who is refused or not answered
in 12 seconds has failed.
"""

import http.client
import sys
import time

PATIENCE = 12
PAUSE = 0.1


def call(port, source, path, token=None):
    """The microseconds until a good answer; None without one."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE, source_address=(source, 0))
    began = time.monotonic()
    try:
        connection.request("GET", path, headers={"Authorization": "Bearer " + token} if token else {})
        answer = connection.getresponse()
        answer.read()
        return (time.monotonic() - began) * 1e6 if answer.status == 200 else None
    except OSError:
        return None
    finally:
        connection.close()


def main():
    port, tries, first = map(int, sys.argv[1:])
    if not 1 <= tries <= 250:
        sys.exit("not from 1 to 250: %d" % tries)
    times = {"first": [], "verified": [], "health": []}
    for number in range(tries):
        times["first"].append(
            call(port, "127.1.0.%d" % (number + 1), "/api/v1/me", "user_%d:P@ssw0rd" % (first + number))
        )
        times["verified"].append(call(port, "127.2.0.1", "/api/v1/me", "user_1:P@ssw0rd"))
        times["health"].append(call(port, "127.2.0.2", "/healthz"))
        time.sleep(PAUSE)
    for kind, all_times in times.items():
        good = sorted(one for one in all_times if one is not None)
        failed = len(all_times) - len(good)
        # Who got no good answer waited longer than everybody else
        good += [PATIENCE * 1e6] * failed
        p50, p99 = (good[min(len(good) - 1, int(len(good) * part))] for part in (0.5, 0.99))
        print(kind, int(p50), int(p99), failed)


main()
