"""The demo city: invented people, accounts, visits and evidence, marked 测试 throughout."""

from webapp.demo.cli import commands

__all__ = ["commands"]
