"""The adapter for NeMo-Gym, with the real package: our server and its agent over HTTP, and a scripted model."""

import asyncio
import contextlib
import json
import socket

import pytest

import r1ci_env
from r1ci_env.held_out import held_out_problems

pytest.importorskip("nemo_gym", reason="run make test-adapters: it needs an environment of its own")

import uvicorn
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from nemo_gym import server_utils
from nemo_gym.config_types import maybe_get_server_instance_config
from nemo_gym.openai_utils import NeMoGymResponse, NeMoGymResponseOutputMessage, NeMoGymResponseOutputText
from omegaconf import OmegaConf
from responses_api_agents.gymnasium_agent.app import GymnasiumAgent, GymnasiumAgentConfig

from r1ci_env.adapters.nemo_gym import R1ciConfig, R1ciServer, row

BLOCK = "I count.\n\n```python\nprint(6 * 7)\n```"
GAME = r1ci_env.problem("Game24:2:7")
PLACE = {"host": "127.0.0.1", "port": 0, "entrypoint": "app.py"}
HEAD = server_utils.BaseServerConfig(host="127.0.0.1", port=0)


def said(text):
    """Return a response as the model's server gives it."""
    content = [NeMoGymResponseOutputText(annotations=[], text=text, type="output_text")]
    message = NeMoGymResponseOutputMessage(
        id="m", content=content, role="assistant", status="completed", type="message"
    )
    return NeMoGymResponse(
        id="r",
        created_at=0.0,
        model="scripted",
        object="response",
        output=[message],
        parallel_tool_calls=True,
        tool_choice="auto",
        tools=[],
    )


def make_server(client=None, **rules):
    client = client or server_utils.ServerClient(head_server_config=HEAD, global_config_dict=OmegaConf.create({}))
    return R1ciServer(config=R1ciConfig(name="r1ci", rules=rules, **PLACE), server_client=client)


@pytest.fixture
def client():
    with TestClient(make_server().setup_webserver()) as connected:
        yield connected


def step(client, columns, text):
    return client.post("/step", json={**columns, "response": said(text).model_dump()})


def test_an_episode_with_code(client):
    columns = row(GAME)
    start = client.post("/reset", json=columns).json()
    assert GAME.question in start["observation"] and start["info"]["problem"] == GAME.ref
    seen = step(client, columns, BLOCK).json()
    assert "42" in seen["observation"] and (seen["reward"], seen["terminated"], seen["truncated"]) == (0, False, False)
    assert seen["info"]["code_status"] == "ok"
    end = step(client, columns, f"<<<{GAME.answer}>>>").json()
    assert (end["reward"], end["terminated"], end["truncated"], end["observation"]) == (1.0, True, False, None)
    assert end["info"]["correct"] is True


def test_sessions_are_forgotten_when_they_end():
    server = make_server(max_turns=1)
    with TestClient(server.setup_webserver()) as client:
        client.post("/reset", json=row(GAME))
        assert len(server.session_state) == 1
        end = step(client, row(GAME), "I think.").json()
        assert (end["terminated"], end["truncated"]) == (False, True) and not server.session_state


def test_sessions_have_episodes_of_their_own():
    app = make_server().setup_webserver()
    with TestClient(app) as first, TestClient(app) as second:
        sum_of = r1ci_env.problem("ChainSum:1:2")
        first.post("/reset", json=row(GAME))
        second.post("/reset", json=row(sum_of))
        assert step(second, row(sum_of), f"<<<{sum_of.answer}>>>").json()["reward"] == 1.0
        assert step(first, row(GAME), f"<<<{GAME.answer}>>>").json()["reward"] == 1.0


def test_rules():
    with TestClient(make_server(reward="paper").setup_webserver()) as client:
        client.post("/reset", json=row(GAME))
        assert step(client, row(GAME), f"<<<{GAME.answer}>>>").json()["reward"] == pytest.approx(1.1)

    with pytest.raises(r1ci_env.R1ciError, match="Did you mean 'max_turns'"):
        make_server(max_turn=3).setup_webserver()


def test_held_out_problems_are_for_evaluation(client):
    problem = next(held_out_problems(r1ci_env.get_task("ChainSum")))
    with pytest.raises(r1ci_env.R1ciError, match="held out and must not be trained on"):
        row(problem)
    assert client.post("/reset", json=row(problem, "test")).status_code == 200
    refused = client.post("/reset", json={**row(problem, "test"), "split": "train"})
    assert refused.status_code == 400 and "must not be trained on" in refused.json()["detail"]


def test_mistakes_are_told(client):
    params = {"responses_create_params": {"input": []}}
    for columns, message in (
        ({}, "Task:level:seed"),
        ({"problem": "Game42:1:1"}, "Did you mean 'Game24'"),
        ({"problem": GAME.ref, "split": "trian"}, "Did you mean 'train'"),
    ):
        refused = client.post("/reset", json={**params, **columns})
        assert refused.status_code == 400 and message in refused.json()["detail"]
    refused = step(client, row(GAME), BLOCK)
    assert refused.status_code == 400 and "reset" in refused.json()["detail"]


@contextlib.asynccontextmanager
async def serving(**apps):
    """Serve applications on ports of the loopback; give their names and ports."""
    servers, ports = [], {}
    for name, app in apps.items():
        listening = socket.create_server(("127.0.0.1", 0))
        ports[name] = listening.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        servers.append((server, asyncio.create_task(server.serve([listening]))))
    try:
        yield ports
    finally:
        for server, task in servers:
            server.should_exit = True
            await task


def scripted_model(script):
    """Return the application of a model that says what stands in a script, by the problem."""
    app = FastAPI()

    @app.post("/v1/responses")
    async def respond(request: Request):
        messages = (await request.json())["input"]
        turns = next(turns for question, turns in script.items() if question in messages[0]["content"])
        return said(turns[sum(message["role"] == "assistant" for message in messages)]).model_dump()

    return app


def test_the_agent_of_nemo_gym_plays_episodes():
    problems = [r1ci_env.problem(ref) for ref in ("Game24:2:7", "ChainSum:1:2", "Game24:1:3")]
    script = {p.question: [BLOCK, f"<<<{p.answer if i < 2 else 'no'}>>>"] for i, p in enumerate(problems)}
    settings = OmegaConf.create({})
    client = server_utils.ServerClient(head_server_config=HEAD, global_config_dict=settings)
    config = GymnasiumAgentConfig(
        name="r1ci_agent",
        resources_server={"type": "resources_servers", "name": "r1ci"},
        model_server={"type": "responses_api_models", "name": "policy_model"},
        max_steps=9,
        **PLACE,
    )
    agent = GymnasiumAgent(config=config, server_client=client)
    apps = {
        "r1ci": make_server(client).setup_webserver(),
        "policy_model": scripted_model(script),
        "r1ci_agent": agent.setup_webserver(),
    }

    async def run():
        session = server_utils.set_global_aiohttp_client(server_utils.GlobalAIOHTTPAsyncClientConfig())
        async with serving(**apps) as ports, session:
            for name, port in ports.items():
                settings[name] = {"kind": {"name": {"host": "127.0.0.1", "port": port}}}
            asked = [client.post(server_name="r1ci_agent", url_path="/run", json=row(problem)) for problem in problems]
            return [json.loads(await response.read()) for response in await asyncio.gather(*asked)]

    results = asyncio.run(run())
    assert [result["reward"] for result in results] == [1.0, 1.0, 0.0]
    for result in results:
        roles = [message["role"] for message in result["response"]["output"]]
        assert roles == ["assistant", "user", "assistant"] and result["terminated"]
        assert "42" in result["response"]["output"][1]["content"]


def test_the_page(page_code, tmp_path, monkeypatch, root):
    monkeypatch.chdir(tmp_path)
    for block in page_code("nemo_gym"):
        exec(block, {"__name__": "page"})
    rows = [json.loads(line) for line in (tmp_path / "train.jsonl").read_text().splitlines()]
    assert len(rows) == 64 and not any(r1ci_env.problem(one["problem"]).held_out for one in rows)
    page = (root / "docs" / "integrations" / "nemo_gym.md").read_text()
    settings = OmegaConf.create(page.partition("```yaml\n")[2].partition("```")[0])
    for name, server in settings.items():
        assert maybe_get_server_instance_config(name, server)[1] is None
    ours = {**PLACE, **settings.r1ci.resources_servers.r1ci, "name": "r1ci"}
    assert R1ciConfig.model_validate(ours).rules == {"max_turns": 9}
    agent = settings.r1ci_agent.responses_api_agents.gymnasium_agent
    assert agent.max_steps == 9 and rows[0]["agent_ref"]["name"] == "r1ci_agent"
