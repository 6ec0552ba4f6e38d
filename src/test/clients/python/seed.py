"""The seed document's own Python, cut out of it and run unchanged, in its order, in this one process.

seed.py DOCUMENT story    between the blocks, before "Drop a user", `client` becomes root's again, as the reader's does
seed.py DOCUMENT literal  one literal program: then the drop fails (S8)

Needs a fresh Gatehouse on port 19530, where the document says that it is.
"""

import ast
import html
import re
import sys
from pathlib import Path

import pymilvus
from checks import Checks, shown

document, mode = Path(sys.argv[1]), sys.argv[2]
checks = Checks(f"seed document, {mode}, pymilvus {pymilvus.__version__}")

CODE = re.compile(r'<code translate="no" class="language-python">(.*?)<button', re.DOTALL)
blocks = [html.unescape(re.sub(r"<[^>]*>", "", code)) for code in CODE.findall(document.read_text("utf-8"))]
FIRST_LINES = [
    "# use default `root` user to connect to Milvus",
    "# create a user",
    "# connect to milvus with the newly created user",
    "# update password",
    'client.drop_user(user_name="user_1")',
    "# list all users",
]
checks.equal("the blocks", [block.splitlines()[0] for block in blocks], FIRST_LINES)

program = {}


def run(block):
    """Runs a block as a reader's prompt would, and gives what that prompt would show."""
    values = []
    sys.displayhook = lambda value: value is None or values.append(value)
    try:
        for statement in ast.parse(block).body:
            exec(compile(ast.Interactive([statement]), str(document), "single"), program)
    finally:
        sys.displayhook = sys.__displayhook__
    return values


connect, create, connect_new, update, drop, list_users = blocks
described = {"user_name": "user_1", "roles": ()}
if int(pymilvus.__version__.split(".")[0]) >= 3:
    described["description"] = ""  # pymilvus adds it by itself

checks.equal("connect", run(connect), [])
checks.equal("create, describe", run(create), [described])
checks.equal("connect as user_1", run(connect_new), [])
checks.equal("update", run(update), [])
if mode == "story":
    run(connect)
    checks.equal("drop", run(drop), [])
    checks.equal("list", [list(value) for value in run(list_users)], [["root"]])
else:
    # The client still holds the password that the block before changed
    try:
        checks.equal("drop", run(drop), "refused")
    except Exception as refusal:
        checks.equal("drop", shown(refusal), ("UNAUTHENTICATED", "auth check failure, please check username and password are correct"))
    try:
        checks.equal("list", run(list_users), "refused")
    except Exception as refusal:
        checks.equal("list", shown(refusal), ("UNAUTHENTICATED", "auth check failure, please check username and password are correct"))
    # With the new password it is still user_1's, who cannot drop itself
    program["client"] = pymilvus.MilvusClient(uri="http://localhost:19530", token="user_1:P@ssw0rd123")
    try:
        checks.equal("drop with the new password", run(drop), "refused")
    except Exception as refusal:
        checks.equal(
            "drop with the new password",
            shown(refusal),
            ("PERMISSION_DENIED", "PrivilegeDropOwnership: permission deny to user_1 in the `default` database"),
        )
    run(connect)
    checks.equal("user_1 is still there", [list(value) for value in run(list_users)], [["root", "user_1"]])
checks.close()
