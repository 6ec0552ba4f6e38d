"""Counts what a suite saw, and ends it with a failure when one thing was not as expected."""

import logging
import sys

import grpc

# pymilvus logs every refusal, which is what most checks are about
logging.disable(logging.CRITICAL)


class Checks:
    """The checks of one suite."""

    def __init__(self, name):
        self.name = name
        self.passed = 0
        self.failed = 0

    def equal(self, what, actual, expected):
        """actual has to be expected, of the same type."""
        if actual == expected and type(actual) is type(expected):
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {what}\n  expected {expected!r}\n  got      {actual!r}")

    def refused(self, what, expected, call):
        """call has to raise expected: (code, text) of a MilvusException, or (name of a gRPC status, details)."""
        try:
            answer = call()
        except Exception as refusal:
            self.equal(what, shown(refusal), expected)
        else:
            self.equal(what, f"not refused: {answer!r}", expected)

    def close(self):
        """The last line, and the exit code."""
        if self.failed:
            print(f"{self.name}: {self.failed} checks failed")
        if self.failed or not self.passed:
            sys.exit(1)
        print(f"checks: {self.name}: {self.passed} passed")


def shown(refusal):
    """What a program that uses pymilvus sees of a refusal: code and text."""
    if isinstance(refusal, grpc.RpcError):
        return refusal.code().name, refusal.details()
    if hasattr(refusal, "code") and hasattr(refusal, "message"):
        return refusal.code, refusal.message
    return type(refusal).__name__, str(refusal)
