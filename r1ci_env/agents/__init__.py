"""Whoever plays: models behind endpoints, the reference solvers, functions of the user's own."""

from r1ci_env.agents.agent import Agent, AgentError, Reply
from r1ci_env.agents.function import FunctionAgent
from r1ci_env.agents.reference import ReferenceAgent

__all__ = ["Agent", "AgentError", "FunctionAgent", "ReferenceAgent", "Reply"]
