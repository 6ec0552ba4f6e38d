"""Compares what a Gatehouse answered, step by step, with the recording of a real Milvus.

compare.py --recording FILE --answers FILE --shared DIRECTORY [--differences FILE] [--propose]

RECORDING and ANSWERS come from record.py, which is in the shared directory. DIFFERENCES lists what is meant to differ, one JSON object a line:

  step       the step's name
  milvus     of the recorded answer, the fields that differ; null where the answer has no such field
  gatehouse  the same fields of ours; {"matches": REGEX} in the place of a value that is random or a time; null for a step of the
             recording that record.py no longer has
  why        what intends it: {"product.md": the subject of a row of its table} or {another document: words that it holds}

The comparison fails when a step did not run or is unknown, when an answer differs in another way than its entry says or without one,
when an entry is not needed, and when what intends it is not in the shared documents. --propose prints entries for what has none.
"""

import argparse
import json
import re
import sys
from pathlib import Path

# The request holds the server's address and is the same script's either way; a time differs from run to run of one server
NOT_COMPARED = {"step", "via", "request", "ms"}
TIME = "_ms"


def lines(file):
    with open(file, encoding="utf-8") as opened:
        return [json.loads(line, object_hook=timeless) for line in opened if line.strip()]


def timeless(value):
    return {name: part for name, part in value.items() if not name.endswith(TIME)}


def by_step(answers, file):
    steps = {}
    for answer in answers:
        if answer["step"] in steps:
            sys.exit(f"{file}: the step {answer['step']} is there twice")
        steps[answer["step"]] = answer
    return steps


def difference(theirs, ours):
    """The fields that differ, of one and of the other."""
    fields = sorted(name for name in (theirs.keys() | ours.keys()) - NOT_COMPARED if theirs.get(name) != ours.get(name))
    return {name: theirs.get(name) for name in fields}, {name: ours.get(name) for name in fields}


def fits(expected, actual):
    """Whether a value is the expected one, or matches its pattern."""
    if isinstance(expected, dict) and expected.keys() == {"matches"}:
        text = actual if isinstance(actual, str) else json.dumps(actual, ensure_ascii=False)
        return re.fullmatch(expected["matches"], text, re.DOTALL) is not None
    if isinstance(expected, dict) and isinstance(actual, dict):
        return expected.keys() == actual.keys() and all(fits(expected[name], actual[name]) for name in expected)
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(map(fits, expected, actual))
    return type(expected) is type(actual) and expected == actual


def subjects(product):
    """The first column of the table of differences in product.md."""
    table = product.read_text("utf-8").split("## Where the seed and Milvus differ", 1)[1].split("\n## ", 1)[0]
    rows = [line.split("|")[1].strip() for line in table.splitlines() if line.startswith("|")]
    return set(rows[2:])


def intended(why, shared):
    """Whether the document says so."""
    if not isinstance(why, dict) or len(why) != 1:
        return False
    ((document, words),) = why.items()
    file = shared / document
    if not file.is_file() or not words:
        return False
    if document == "product.md":
        return words in subjects(file)
    return " ".join(words.split()) in " ".join(file.read_text("utf-8").split())


def main():
    arguments = argparse.ArgumentParser()
    for name in ("recording", "answers", "shared"):
        arguments.add_argument("--" + name, required=True, type=Path)
    arguments.add_argument("--differences", type=Path)
    arguments.add_argument("--propose", action="store_true")
    given = arguments.parse_args()

    recorded = by_step(lines(given.recording), given.recording)
    answered = by_step(lines(given.answers), given.answers)
    entries = by_step(lines(given.differences) if given.differences else [], given.differences)
    failures, proposals, differing = [], [], 0

    def check(step, entry, theirs, mine):
        if entry.keys() != {"step", "milvus", "gatehouse", "why"}:
            failures.append(f"{step}: the entry has {', '.join(entry)}")
        if entry.get("milvus") != theirs:
            failures.append(f"{step}: the entry is not what Milvus answered\n    entry  {json.dumps(entry.get('milvus'), ensure_ascii=False)}\n    Milvus {json.dumps(theirs, ensure_ascii=False)}")
        if not fits(entry.get("gatehouse"), mine):
            failures.append(f"{step}: differs in another way\n    entry     {json.dumps(entry.get('gatehouse'), ensure_ascii=False)}\n    Gatehouse {json.dumps(mine, ensure_ascii=False)}")
        if not intended(entry.get("why"), given.shared):
            failures.append(f"{step}: nothing intends it: {json.dumps(entry.get('why'), ensure_ascii=False)}")

    script = (given.shared / "conformance" / "record.py").read_text("utf-8")
    gone = {step for step in entries.keys() & recorded.keys() if entries[step].get("gatehouse") is None and step not in script}
    for step in recorded.keys() - answered.keys() - gone:
        failures.append(f"{step}: did not run")
    for step in answered.keys() - recorded.keys() - entries.keys():
        failures.append(f"{step}: is not in the recording: {json.dumps(answered[step], ensure_ascii=False)}")
        proposals.append({"step": step, "milvus": None, "gatehouse": {k: v for k, v in answered[step].items() if k not in NOT_COMPARED}, "why": {}})
    for step in entries.keys() - answered.keys() - gone:
        failures.append(f"{step}: has an entry, but did not run")

    for step in gone:
        check(step, entries[step], difference(recorded[step], {})[0], None)
    for step, ours in answered.items():
        entry = entries.get(step)
        if step not in recorded:
            if entry is None:
                continue
            theirs, mine = None, {name: value for name, value in ours.items() if name not in NOT_COMPARED}
        else:
            theirs, mine = difference(recorded[step], ours)
        if not mine:
            if entry is not None:
                failures.append(f"{step}: has an entry, but the answers are the same")
            continue
        differing += 1
        if entry is None:
            failures.append(f"{step}: differs\n    Milvus    {json.dumps(theirs, ensure_ascii=False)}\n    Gatehouse {json.dumps(mine, ensure_ascii=False)}")
            proposals.append({"step": step, "milvus": theirs, "gatehouse": mine, "why": {}})
            continue
        check(step, entry, theirs, mine)

    if given.propose:
        for proposal in proposals:
            print(json.dumps(proposal, ensure_ascii=False))
        return
    for failure in failures:
        print(failure)
    if failures or not answered:
        sys.exit(f"conformance with {given.recording.name}: {len(failures)} failures")
    print(f"checks: conformance with {given.recording.name}: {len(answered)} passed, {differing} of them as the list of intended differences says")


main()
