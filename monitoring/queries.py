#!/usr/bin/env python3
"""Asks a Prometheus, which scrapes a Gatehouse, every query of the rules and of the dashboard.

    queries.py PROMETHEUS FOLDER

FOLDER holds the dashboard; the rules are those that the Prometheus has loaded. A query has to be understood, and to find series: of an
alert, what stands before its comparison. Prints what failed, and "queries: N". Python's own library is enough.
"""

import json
import pathlib
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

# Their queries find nothing as long as all is well
ALERTS_OF_ABSENCE = {"GatehouseAbsent"}

COMPARISON = re.compile(r"\s(?:==|!=|>=|<=|>|<)\s[0-9.e+]+$")


def ask(prometheus, path, **parameters):
    url = f"{prometheus}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return json.load(answer)["data"]
    except urllib.error.HTTPError as refusal:
        return {"error": refusal.read().decode()}


def found(prometheus, query):
    """How many series a query finds now that are numbers; the refusal where it is not understood."""
    answer = ask(prometheus, "query", query=query)
    if "error" in answer:
        return answer["error"]
    return sum(1 for series in answer["result"] if series["value"][1] != "NaN")


def alerts(prometheus):
    for group in ask(prometheus, "rules", type="alert")["groups"]:
        for rule in group["rules"]:
            yield rule


def panels(dashboard):
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]


def main():
    prometheus, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    queries = []
    failures = []
    for rule in alerts(prometheus):
        if rule["health"] != "ok":
            failures.append(f"{rule['name']}: {rule['health']} {rule.get('lastError', '')}")
        if rule["name"] in ALERTS_OF_ABSENCE:
            queries.append((rule["name"], rule["query"], False))
            continue
        for part in re.split(r"\sor\s", rule["query"]):
            operand = COMPARISON.sub("", part.strip())
            if operand == part.strip():
                failures.append(f"{rule['name']}: compares nothing: {part}")
            queries.append((rule["name"], operand, True))
    dashboard = json.loads((folder / "gatehouse-dashboard.json").read_text())
    for title, query in panels(dashboard):
        query = query.replace("$__rate_interval", "1m").replace("$__range", "5m").replace("$instance", ".*")
        queries.append((title, query, True))
    if len(queries) < 50:
        failures.append(f"only {len(queries)} queries")
    for name, query, has_series in queries:
        # What was counted a moment ago may still have to be scraped
        for _ in range(20):
            number = found(prometheus, query)
            if isinstance(number, str) or (number > 0) == has_series:
                break
            time.sleep(1)
        if isinstance(number, str) or (number > 0) != has_series:
            failures.append(f"{name}: {number} series: {query}")
    for failure in failures:
        print(failure)
    print(f"queries: {len(queries)}")
    sys.exit(1 if failures else 0)


main()
