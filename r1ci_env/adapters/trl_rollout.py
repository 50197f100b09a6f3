"""TRL's GRPOTrainer plays our environments: ``rollout_func=Rollout()``. See ``docs/integrations/trl.md``."""

from itertools import repeat
from typing import Any

from trl import GRPOTrainer

from r1ci_env.env import SandboxLike
from r1ci_env.held_out import trainable_problem
from r1ci_env.reference_trainer.chat import Chat
from r1ci_env.registry import problem
from r1ci_env.sandbox_wasm import SandboxPool
from r1ci_env.vector import CodeInterpreterVectorEnv


class Rollout:
    """Plays the problems whose references are the prompts, the turns of a batch side by side.

    Args:
        sandbox: Where code runs; None makes a pool of one worker per core.
        **rules: The options of `r1ci_env.episode.Rules`.
    """

    def __init__(self, sandbox: SandboxLike | None = None, **rules: Any) -> None:
        self._options: dict[str, Any] = {"sandbox": sandbox or SandboxPool(), "autoreset_mode": "DISABLED", **rules}

    def __call__(self, prompts: list[str], trainer: GRPOTrainer) -> dict[str, Any]:
        """Return the ids of the episodes, those of the policy as sampled, and ``env_reward``, for a reward function.

        Raises `R1ciError` if a prompt is no reference, or that of a problem that is held out while a model is trained.
        """
        problems = [(trainable_problem if trainer.model.training else problem)(prompt) for prompt in prompts]
        envs = CodeInterpreterVectorEnv(len(prompts), **self._options)
        questions, _ = envs.reset(options=[{"problem": one} for one in problems])
        chat = Chat(trainer.processing_class)
        prompt_ids = [chat.prompt_ids(question) for question in questions]
        tokens: list[list[tuple[int, int, float]]] = [[] for _ in prompts]  # id, whether sampled, log-probability
        playing = list(range(len(prompts)))
        while playing:
            contexts = [prompt_ids[i] + [token for token, *_ in tokens[i]] for i in playing]
            sampled, chances = trainer._generate_single_turn(contexts, None, {}, num_generations=1)
            room = [trainer.max_completion_length - len(tokens[i]) for i in playing]
            turns = [turn[:most] for turn, most in zip(sampled, room, strict=True)]
            envs.send([chat.decode(turn) for turn in turns], playing)
            observations, *_ = envs.recv(len(playing))
            for row, (i, turn) in enumerate(zip(playing, turns, strict=True)):
                tokens[i] += zip(turn, repeat(1), chances[row] if chances else repeat(0.0))
                if envs.episode(i).over:
                    continue
                seen = chat.observation_ids(observations[row], turn[-1])
                if len(turn) + len(seen) < room[row]:
                    tokens[i] += [(token, 0, 0.0) for token in seen]
                else:
                    envs.episode(i).cut()
            playing = [i for i in playing if not envs.episode(i).over]
        ids, mask, logprobs = ([[token[kind] for token in row] for row in tokens] for kind in range(3))
        rewards = [episode.reward for episode in envs.episodes]  # None where the sandbox failed: not to be learnt from
        mask = [row if rewards[i] is not None else [0] * len(row) for i, row in enumerate(mask)]
        texts = {"prompt_ids": prompt_ids, "completion_ids": ids, "logprobs": logprobs if chances else None}
        return {**texts, "env_mask": mask, "env_reward": rewards}
