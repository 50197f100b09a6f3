"""verl: the agent loop ``r1ci``, which verl finds by itself among its plugins; `row` makes rows of data sets."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from verl.experimental.agent_loop.agent_loop import AgentLoopBase, AgentLoopOutput, register
from verl.utils.profiler import simple_timer

from r1ci_env.adapters.rows import columns, first_messages, named
from r1ci_env.adapters.turns import begin, take_turn
from r1ci_env.episode import Rules
from r1ci_env.task import Problem


def row(problem: Problem, split: str = "train") -> dict[str, Any]:
    """Return the row of a data set that asks a problem; one that is held out needs ``split="test"``."""
    source = {"data_source": f"r1ci/{problem.task}", "reward_model": {"style": "rule", "ground_truth": ""}}
    extra = {**columns(problem, split), "index": problem.seed}
    return {**source, "agent_name": "r1ci", "prompt": first_messages(problem), "extra_info": extra}


@register("r1ci")
class R1ciAgentLoop(AgentLoopBase):
    """Plays an episode; ``rules`` are options of `r1ci_env.episode.Rules`, as ``agent_loop_config_path`` has them."""

    def __init__(self, *args: Any, rules: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rules = Rules.from_options(rules or {})

    async def run(self, sampling_params: dict[str, Any], **kwargs: Any) -> AgentLoopOutput:
        """Play the episode of a row; it ends where ``response_length`` leaves no room for another turn."""
        episode, length = begin(named(kwargs.get("extra_info") or {}), self._rules), self.rollout_config.response_length
        system = [message for message in kwargs["raw_prompt"] if message["role"] == "system"]
        prompt = ids = await self.ct_build_initial_tokens(system + episode.messages)
        request, mask, metrics, extra = uuid4().hex, list[int](), dict[str, float](), dict[str, Any]()
        logprobs: list[float] | None = []
        while not episode.over:
            room = length - len(mask)
            params = {**sampling_params, "max_tokens": room}
            with simple_timer("generate_sequences", metrics):
                out = await self.server_manager.generate(request, prompt_ids=ids, sampling_params=params)
            extra = {**out.extra_fields, **{key: extra[key] for key in extra if key == "min_global_steps"}}
            turn, chances = out.token_ids[:room], out.log_probs[:room] if out.log_probs else None
            logprobs = logprobs if chances or not turn else None
            merged, mask, logprobs = await self.ct_merge_assistant_token(ids, turn, mask, logprobs, chances)
            ids = merged.token_ids
            with simple_timer("tool_calls", metrics):
                outcome = await take_turn(episode, self.tokenizer.decode(turn, skip_special_tokens=True))
            if not episode.over:
                chat = system + episode.messages
                merged, *longer = await self.ct_merge_context_msg(chat[:-1], chat, ids, mask, logprobs)
                if len(longer[0]) < length:
                    ids, (mask, logprobs) = merged.token_ids, longer
                else:
                    outcome = episode.cut()
        tokens = {"prompt_ids": prompt, "response_ids": ids[len(prompt) :], "response_mask": mask}
        end = {"reward_score": outcome.reward, "num_turns": len(episode.messages), "metrics": metrics}
        extra |= {"turn_scores": [], "tool_rewards": [], "reward_extra_info": {"acc": float(episode.correct)}}
        return AgentLoopOutput(**tokens, response_logprobs=logprobs, **end, extra_fields=extra)
