"""An OpenAI-compatible server that behaves as badly as it is told to, in a process of its own.

Prints its port when it listens. What it says depends on the chat alone, so that a run that was killed and gone on with
hears the same: right answers to two thirds of the questions, half of them after a block of code. How it says it depends
on the chat and on how often that was asked before: a chat meets a few faults of different kinds, then a reply; one in
a hundred meets nothing but faults. ``GET /`` returns what was asked so far.
"""

import argparse
import asyncio
import json
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any

from r1ci_env.evaluation.drawing import draw

OK = "HTTP/1.1 200 OK\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n"
MOST_FAULTS = 3
HOPELESS = 100
"""One chat in so many is never answered."""

Writer = asyncio.StreamWriter


def completion(text: str, **usage: int) -> bytes:
    """Return the body of a chat completion."""
    choice = {"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return json.dumps({"model": "scripted", "choices": [choice], "usage": usage}).encode()


class Server:
    """Answers for some problems.

    Args:
        answers: A right answer to each question.
        delay: Seconds that a reply takes, at most.
        faults: Share of the chats that meet faults.
        hang: Seconds after which a reply that never ends is given up by the server.
    """

    def __init__(self, answers: dict[str, str], delay: float, faults: float, hang: float) -> None:
        self.answers = answers
        self.delay = delay
        self.faults = faults
        self.hang = hang
        self.asked: Counter[str] = Counter()
        self.replied: Counter[str] = Counter()
        self.met: Counter[str] = Counter()
        self.open = self.most_open = 0

    async def serve(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        """Serve a connection until it is closed."""
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                if head.startswith("get"):
                    await self._tell(writer)
                    continue
                length = int(head.partition("content-length:")[2].split()[0])
                await self._reply(json.loads(await reader.readexactly(length)), writer)
                if writer.is_closing():
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.open -= 1
            writer.close()

    async def _reply(self, body: dict[str, Any], writer: Writer) -> None:
        chat = sha256(json.dumps(body["messages"]).encode()).hexdigest()
        rng = random.Random(chat)
        self.asked[chat] += 1
        kinds = list(FAULTS)
        met = rng.randint(1, MOST_FAULTS) if rng.random() < self.faults else 0
        if self.faults and rng.randrange(HOPELESS) == 0:
            met = 1 << 30
        text = self._turn(body["messages"], rng)
        await asyncio.sleep(rng.random() * self.delay)
        if self.asked[chat] <= met:
            kind = kinds[(rng.randrange(len(kinds)) + self.asked[chat]) % len(kinds)]
            self.met[kind] += 1
            await FAULTS[kind](self, writer)
            return
        self.replied[chat] += 1
        content = completion(text, completion_tokens=len(text.split()), prompt_tokens=len(str(body["messages"])))
        writer.write(OK.format("application/json", len(content)).encode() + content)
        await writer.drain()

    def _turn(self, messages: list[dict[str, str]], rng: random.Random) -> str:
        question = messages[0]["content"]
        draw = int(sha256(question.encode()).hexdigest(), 16)
        if len(messages) == 1 and draw % 2:
            return f"Let me see.\n```python\nprint({rng.randrange(10**6)})\n```"
        return f"<<<{self.answers.get(question, '') if draw % 3 else 'no idea'}>>>"

    async def _tell(self, writer: Writer) -> None:
        facts = {
            "chats": len(self.asked),
            "requests": self.asked.total(),
            "replied_twice": sum(count > 1 for count in self.replied.values()),
            "most_open": self.most_open,
            "faults": dict(self.met),
        }
        content = json.dumps(facts).encode()
        writer.write(OK.format("application/json", len(content)).encode() + content)
        await writer.drain()


def _says(content: bytes, kind: str = "application/json") -> Callable[[Server, Writer], Awaitable[None]]:
    async def fault(server: Server, writer: Writer) -> None:
        writer.write(OK.format(kind, len(content)).encode() + content)
        await writer.drain()

    return fault


def _status(status: int, *headers: str) -> Callable[[Server, Writer], Awaitable[None]]:
    async def fault(server: Server, writer: Writer) -> None:
        lines = [f"HTTP/1.1 {status} No", "Content-Length: 2", *headers, "", "{}"]
        writer.write("\r\n".join(lines).encode())
        await writer.drain()

    return fault


async def _reset(server: Server, writer: Writer) -> None:
    writer.transport.abort()


async def _cut(server: Server, writer: Writer) -> None:
    content = completion("<<<1>>>")
    writer.write(OK.format("application/json", len(content)).encode() + content[:20])
    await writer.drain()
    writer.close()


async def _drip(server: Server, writer: Writer) -> None:
    writer.write(OK.format("application/json", 10**6).encode())
    for _ in range(int(server.hang / 0.25)):
        await asyncio.sleep(0.25)
        writer.write(b" ")
        await writer.drain()
    writer.close()


FAULTS: dict[str, Callable[[Server, Writer], Awaitable[None]]] = {
    "429": _status(429, "Retry-After: 0.2"),
    "503": _status(503),
    "reset": _reset,
    "malformed JSON": _says(b'{"choices": [{"message": {"content": "<<<1>>>"'),
    "deep JSON": _says(b"[" * 200_000),
    "wrong content type": _says(b"<html>busy</html>", "text/html"),
    "another JSON": _says(b'{"choices": []}'),
    "empty": _says(b""),
    "cut": _cut,
    "slow drip": _drip,
}
"""What a chat meets before its reply."""


async def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasks", nargs="+")
    parser.add_argument("--per-task", type=int, default=20)
    parser.add_argument("--delay", type=float, default=0.5)
    parser.add_argument("--faults", type=float, default=0.5)
    parser.add_argument("--hang", type=float, default=30.0)
    arguments = parser.parse_args()
    answers = {problem.question: problem.answer for problem in draw(arguments.tasks, [], arguments.per_task)}
    served = Server(answers, arguments.delay, arguments.faults, arguments.hang)
    server = await asyncio.start_server(served.serve, "127.0.0.1", 0, limit=1 << 26, backlog=2_000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
