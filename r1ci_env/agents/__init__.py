"""Whoever plays: models behind endpoints, the reference solvers, functions of the user's own, and baselines."""

from r1ci_env.agents.agent import Agent, AgentError, AgentUnusable, OutOfRoom, Reply
from r1ci_env.agents.baselines import EchoAgent, RandomAgent
from r1ci_env.agents.function import FunctionAgent
from r1ci_env.agents.reference import ReferenceAgent

__all__ = [
    "Agent",
    "AgentError",
    "AgentUnusable",
    "EchoAgent",
    "FunctionAgent",
    "OutOfRoom",
    "RandomAgent",
    "ReferenceAgent",
    "Reply",
]
