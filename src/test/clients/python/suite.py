"""S2 to S11 with pymilvus, in Milvus' own words: suite.py HOST:PORT, where a Gatehouse with its defaults and no user but root is."""

import sys

import pymilvus
from checks import Checks
from pymilvus import MilvusClient

address = sys.argv[1]
uri = f"http://{address}"
major = int(pymilvus.__version__.split(".")[0])
checks = Checks(f"pymilvus {pymilvus.__version__}")
equal, refused = checks.equal, checks.refused

BAD_LOGIN = ("UNAUTHENTICATED", "auth check failure, please check username and password are correct")


def connect(token, **more):
    return MilvusClient(uri=uri, token=token, timeout=20, **more)


def users(client):
    return list(client.list_users())


def described(name, *roles):
    """describe_user's answer; pymilvus 3 adds a description by itself"""
    return {"user_name": name, "roles": roles, **({"description": ""} if major >= 3 else {})}


def connect_refused(what, details, token, connected=None):
    """pymilvus 3 says its own sentence when Connect is refused, unless a client (connected) with this token is still open: it shares its connection"""
    own = (2, f"Fail connecting to server on {address}, illegal connection params or server unavailable")
    refused(what, own if major >= 3 and not connected else ("UNAUTHENTICATED", details), lambda: connect(token).list_users())


def denied(privilege, user):
    return "PERMISSION_DENIED", f"Privilege{privilege}: permission deny to {user} in the `default` database"


# S2, S3: root, and nobody without a valid token
connect_refused("a wrong password", BAD_LOGIN[1], "root:not-this-one")
connect_refused("an unknown user", BAD_LOGIN[1], "nobody:P@ssw0rd")
connect_refused("the name in another case", BAD_LOGIN[1], "Root:Milvus")
connect_refused("no token", "missing authorization in header", "")
connect_refused("an API key", "auth check failure, please check api key is correct", "justAKey")
root = connect("root:Milvus")
equal("root's users", users(root), ["root"])
equal("user and password instead of a token", users(MilvusClient(uri=uri, user="root", password="Milvus")), ["root"])
equal("root described", root.describe_user("root"), described("root"))

# What a client asks when it looks around
equal("version", root.get_server_version(), "v2.6.6")
equal("databases", list(root.list_databases()), ["default"])
equal("collections", list(root.list_collections()), [])
equal("has a collection", root.has_collection("books"), False)
equal("database by name", list(connect("root:Milvus", db_name="default").list_users()), ["root"])

# S4, S5
root.create_user(user_name="user_1", password="P@ssw0rd")
equal("user_1 described", root.describe_user("user_1"), described("user_1"))
equal("an unknown user described", root.describe_user("nobody"), {})
refused("a duplicate", (65535, "user already exists: user_1"), lambda: root.create_user("user_1", "P@ssw0rd"))
user = connect("user_1:P@ssw0rd")
equal("user_1 describes itself", user.describe_user("user_1"), described("user_1"))
equal("user_1 has no collections", list(user.list_collections()), [])
equal("user_1 sees databases", list(user.list_databases()), ["default"])

# Who may do what
refused("user_1 lists", denied("SelectOwnership", "user_1"), user.list_users)
refused("user_1 describes root", denied("SelectUser", "user_1"), lambda: user.describe_user("root"))
refused("user_1 creates", denied("CreateOwnership", "user_1"), lambda: user.create_user("user_2", "P@ssw0rd"))
refused("user_1 drops", denied("DropOwnership", "user_1"), lambda: user.drop_user("root"))
refused("user_1 grants", denied("ManageOwnership", "user_1"), lambda: user.grant_role("user_1", "admin"))
refused("user_1 lists roles", denied("SelectOwnership", "user_1"), user.list_roles)
refused("user_1 changes root's password", denied("UpdateUser", "user_1"), lambda: user.update_password("root", "Milvus", "Changed1"))

# S6, S7
mismatch = (1400, "old password not correct for user_1: not authenticated")
refused("a wrong old password", mismatch, lambda: user.update_password("user_1", "not-this-one", "Changed1"))
refused("no old password", mismatch, lambda: user.update_password("user_1", "", "Changed1"))
refused("root gives no old password", mismatch, lambda: root.update_password("user_1", "", "Changed1"))
refused("an unknown user", (1400, "old password not correct for nobody: not authenticated"), lambda: root.update_password("nobody", "P@ssw0rd", "Changed1"))
equal("nothing was created", users(root), ["root", "user_1"])
refused("a short new password", (1100, "invalid password length: invalid parameter[5 out of range 6 <= value <= 256]"), lambda: user.update_password("user_1", "P@ssw0rd", "12345"))
equal("the password is the old one", user.describe_user("user_1"), described("user_1"))
user.update_password("user_1", "P@ssw0rd", "Changed1")
refused("the old token on an open client", BAD_LOGIN, user.list_collections)
connect_refused("the old token on a new client", BAD_LOGIN[1], "user_1:P@ssw0rd", connected=user)
user = connect("user_1:Changed1")
equal("the new token", user.describe_user("user_1"), described("user_1"))
user.update_password("user_1", "Changed1", "Changed2", reset_connection=True)
equal("a client that takes the new password along", user.describe_user("user_1"), described("user_1"))
root.update_password("user_1", "Changed2", "Changed3")
refused("the token that root's change killed", BAD_LOGIN, user.list_collections)

# Roles
equal("roles", sorted(root.list_roles()), ["admin", "public"])
user = connect("user_1:Changed3")
root.grant_role("user_1", "admin")
root.grant_role("user_1", "public")
equal("granted", root.describe_user("user_1"), described("user_1", "admin", "public"))
equal("an administrator lists", users(user), ["root", "user_1"])
root.revoke_role("user_1", "public")
refused("a role that is not there", (65535, "not found the role, maybe the role isn't existed or internal system error"), lambda: root.grant_role("user_1", "nope"))
refused(
    "a user who is not there",
    (65535, "failed to check if operate user role: not found the user, maybe the user isn't existed or internal system error"),
    lambda: root.grant_role("nobody", "admin"),
)

# S8: nobody drops root or itself, an administrator neither
refused("user_1 drops itself as administrator", (1401, "user cannot drop itself: privilege not permitted"), lambda: user.drop_user("user_1"))
refused("user_1 drops root", (1401, "root user cannot be deleted: privilege not permitted"), lambda: user.drop_user("root"))
refused("root drops itself", (1401, "root user cannot be deleted: privilege not permitted"), lambda: root.drop_user("root"))
root.revoke_role("user_1", "admin")
root.revoke_role("user_1", "admin")
equal("revoked", root.describe_user("user_1"), described("user_1"))
refused("user_1 drops itself", denied("DropOwnership", "user_1"), lambda: user.drop_user("user_1"))
root.drop_user("user_1")
refused("the dropped user's open client", BAD_LOGIN, user.list_collections)
connect_refused("the dropped user's new client", BAD_LOGIN[1], "user_1:Changed3", connected=user)
equal("dropping an unknown user", root.drop_user("user_1"), None)
refused("dropping nobody", (65535, "failed to check if delete credential: username is empty"), lambda: root.drop_user(""))
root.create_user("user_1", "Another1")
connect_refused("the password of the user who was", BAD_LOGIN[1], "user_1:Changed3", connected=user)
root.drop_user("user_1")

# S9
for name in ("b", "a", "B", "a_1"):
    root.create_user(name, "P@ssw0rd")
equal("users by name", users(root), ["B", "a", "a_1", "b", "root"])
for name in ("a", "a_1", "b", "B"):
    root.drop_user(name)
equal("only root", users(root), ["root"])

# S10
character = "invalid user name {0}, username must contain only numbers, letters and underscores, but got {1}: invalid parameter"
first = "invalid user name {0}, the first character must be a letter, but got {1}: invalid parameter"
length = "invalid username {0} with length {1}, the length of username must be less than 32: invalid parameter"
for name, text in {
    "": "username must be not empty: invalid parameter",
    "a" * 33: length.format("a" * 33, 33),
    "1user": first.format("1user", "1"),
    "_user": first.format("_user", "_"),
    " user": first.format(" user", " "),
    "user ": character.format("user ", " "),
    "us er": character.format("us er", " "),
    "us-er": character.format("us-er", "-"),
    "us.er": character.format("us.er", "."),
    "us@er": character.format("us@er", "@"),
    "us:er": character.format("us:er", ":"),
    "us$er": character.format("us$er", "$"),
    "us/er": character.format("us/er", "/"),
    "\u00e9ric": first.format("\u00e9ric", "U+00E9"),
    "us\u00e9r": character.format("us\u00e9r", "U+00E9"),
    "\u7528\u6237": first.format("\u7528\u6237", "U+7528"),
    "us\u0663r": character.format("us\u0663r", "U+0663"),
    "user\n": character.format("user\n", "U+000A"),
    "us\ter": character.format("us\ter", "U+0009"),
}.items():
    refused(f"name {name!r}", (1100, text), lambda name=name: root.create_user(name, "P@ssw0rd"))
longest = "a" + "Z9_" * 10 + "z"
root.create_user(longest, "P@ssw0rd")
equal("32 characters", connect(longest + ":P@ssw0rd").describe_user(longest), described(longest))
root.drop_user(longest)

# S11
for password, count in (("", 0), ("12345", 5), ("a" * 257, 257), ("\u5bc6\u7801", 2), ("\u00e9" * 257, 257)):
    refused(
        f"password of {count}",
        (1100, f"invalid password length: invalid parameter[{count} out of range 6 <= value <= 256]"),
        lambda password=password: root.create_user("user_1", password),
    )
for password in ("123456", "a" * 256, "\u00e9" * 256, "\U0001f600" * 6, "with:a:colon", "  spaces  ", "new\nline"):
    root.create_user("user_1", password)
    user = connect("user_1:" + password)
    equal(f"log in with {password[:12]!r}", user.describe_user("user_1"), described("user_1"))
    connect_refused(f"one character less than {password[:12]!r}", BAD_LOGIN[1], "user_1:" + password[:-1])
    root.drop_user("user_1")
equal("only root again", users(root), ["root"])

# What Gatehouse is not: authenticated first, then told
try:
    root.create_collection("books", dimension=4)
    equal("a collection", "created", "refused")
except Exception as refusal:
    equal("a collection", "Gatehouse" in str(refusal), True)

checks.close()
